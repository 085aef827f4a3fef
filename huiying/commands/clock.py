"""`huiying clock`: the process that tells due rungs and sends notices."""

from functools import partial

import click

from huiying.process import serve, watchdog


@click.command("clock")
def command() -> None:
    """时限到点就通知，通知发出并留下凭证；每天 7:50 发日报。只需要数据库。"""
    from alerts.run import STUCK, run

    serve(partial(run, alive=watchdog(STUCK)))
