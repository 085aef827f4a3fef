"""`huiying inbox`: the process that reads the mailbox to which people reply."""

import click

from huiying.process import serve


@click.command("inbox")
def command() -> None:
    """收信：回复“签收”即签收，材料即反馈，退信即换人通知。没有设置 IMAP_URL 时只等待。"""
    from alerts.inbox.run import run

    serve(run)
