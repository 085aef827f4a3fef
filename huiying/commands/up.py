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
    from huiying.guard import may_start
    from huiying.up import up
    from store import migrate

    settings = settings_or_exit()
    may_start(settings.data_dir, settings.bind)
    ready = ensure(settings, click.echo)
    migrate.upgrade(settings.database_url)
    demo = ready.folder.demo
    greeted: list[str] = []

    def greeting() -> str:
        greeted.append(_greeting(settings.base_url, demo, ready.password))
        return greeted[0]

    try:
        up(
            settings.data_dir,
            settings.bind,
            greeting,
            redis_url=settings.redis_url,
            leave_out=() if demo else ("demo",),
        )
    finally:
        # Stopped before the web process answered: nobody else knows the password.
        if ready.password and not greeted:
            click.echo(_accounts(ready.password))


def _greeting(address: str, demo: bool, password: str | None) -> str:
    """Return what is shown once the web process answers; `password` is known only to the run that made the demo."""
    lines = ["", f"  回应已经启动：{address}"]
    if demo:
        lines.append("  这是演示数据：虚构的清源市，时限按真实时间走。正式使用请运行 huiying init。")
    if password:
        lines.append(f"  {_accounts(password)}")
    return "\n".join([*lines, "  按 Ctrl-C 停止。", ""])


def _accounts(password: str) -> str:
    """Return who can sign in to a new demo, and with which password."""
    from huiying.demo.city import read_city

    names = "、".join(f"{person.username}（{person.name}）" for person in read_city().people[:4])
    return f"演示账号：{names} 等，口令都是 {password}（只显示这一次）"
