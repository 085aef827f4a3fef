"""`huiying auditor`: the process that checks all others and the promise itself."""

import click

from huiying.process import serve


@click.command("auditor")
def command() -> None:
    """自查：每分钟核对时限、通知、进程、操作日志，有问题直接发邮件告警。"""
    from alerts.auditor import run

    serve(run)
