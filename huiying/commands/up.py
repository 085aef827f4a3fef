"""`huiying up`: the whole service on this machine, until Ctrl-C."""

import click

from huiying.process import settings_or_exit


@click.command("up")
def command() -> None:
    """启动全部进程：没有 Redis 就自带一个，谁退出就重新启动谁；按 Ctrl-C 停止。

    数据文件夹不存在时先建一个演示用的；正式单位请先运行 huiying init。
    """
    try:
        _up()
    except (ValueError, RuntimeError) as error:
        # Settings, guard, schema and Redis explain themselves in their message.
        raise click.ClickException(str(error)) from None


def _up() -> None:
    from huiying.demo.load import ensure
    from huiying.folder import read_folder, with_demo
    from huiying.guard import may_start
    from huiying.up import up
    from store import migrate

    settings = settings_or_exit()
    may_start(settings.data_dir, settings.bind)
    first_login = ensure(settings)
    migrate.upgrade(settings.database_url)
    folder = read_folder(settings)
    demo = folder is not None and folder.demo
    settings = with_demo(settings)
    up(
        settings.data_dir,
        settings.bind,
        lambda: _ready(settings.base_url, demo, first_login),
        redis_url=settings.redis_url,
        leave_out=() if demo else ("demo",),
    )


def _ready(address: str, demo: bool, first_login: str | None) -> str:
    """Return what is shown once the web process answers; `first_login` only right after a folder was made."""
    lines = ["", f"  回应已经启动：{address}"]
    if demo:
        lines.append("  这是演示数据：虚构的清源市，时限按真实时间走。正式使用请运行 huiying init。")
    lines += [f"  {line}" for line in (first_login or "").splitlines()]
    return "\n".join([*lines, "  按 Ctrl-C 停止。", ""])
