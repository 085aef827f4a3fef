"""`huiying beat`."""

import click

from huiying import beat
from huiying.process import serve


@click.command("beat")
def command() -> None:
    """把到期的工作告诉队列。"""
    serve(beat.run)
