"""`huiying doctor`: what is set, what works, what is missing, in plain words."""

import sys

import click

from huiying.doctor import findings
from huiying.process import settings_or_exit


@click.command("doctor")
def command() -> None:
    """检查设置、数据库、Redis、通知渠道、值班和各进程；有必须处理的问题时退出码为 1。"""
    settings = settings_or_exit()
    click.echo("设置：")
    for name, value, what in settings.described():
        click.echo(f"  {name} = {value}  # {what}")
    click.echo("检查：")
    found = findings(settings)
    for finding in found:
        click.echo(f"  {'正常' if finding.ok else '必须处理' if finding.red else '注意'}  {finding.words}")
    sys.exit(1 if any(finding.red and not finding.ok for finding in found) else 0)
