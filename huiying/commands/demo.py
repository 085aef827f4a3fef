"""`huiying demo`: the fictional city whose website and mail server live on loopback."""

import click

from huiying.process import settings_or_exit


@click.group("demo")
def command() -> None:
    """演示城市：装入历史，提供它的网站和收件箱。"""


@command.command("load")
def load_() -> None:
    """在还不存在的数据文件夹里装入演示城市一个月的历史，然后退出。"""
    from huiying.demo.load import load
    from store.settings import SettingError

    try:
        ready = load(settings_or_exit(), lambda words: click.echo(words, err=True))
    except (SettingError, OSError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"演示城市已装入；所有演示账号的口令：{ready.password}（只显示这一次）")


@command.command("serve")
def serve_() -> None:
    """提供演示城市的网站和收件箱（仅限演示文件夹）。"""
    import signal
    import threading

    from huiying.demo.sink import serve
    from huiying.folder import read_folder

    settings = settings_or_exit()
    folder = read_folder(settings)
    if folder is None or not folder.demo or not folder.site or not folder.smtp:
        raise click.ClickException(f"{settings.data_dir} 不是演示文件夹")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    site, smtp = (int(address.rpartition(":")[2]) for address in (folder.site, folder.smtp))
    try:
        serve(settings.data_dir / "mail", folder.made_at, site, smtp, stop)
    except OSError as error:
        raise click.ClickException(str(error)) from None
