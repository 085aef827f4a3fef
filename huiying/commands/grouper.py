"""`huiying grouper`: the one process that holds the live index of events."""

import click

from huiying.process import serve


@click.command("grouper")
def command() -> None:
    """归并话题、提出线索（同一时间只有一个在工作）。"""
    from classifier import grouper
    from huiying.beat import now
    from store.org import read_org

    serve(lambda settings, stop: grouper.run(stop, now, read_org(settings.org_file)))
