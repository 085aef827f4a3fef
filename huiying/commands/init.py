"""`huiying init`: makes the data folder of a real office."""

import click

from huiying.process import settings_or_exit


@click.command("init")
@click.option("--name", required=True, help="单位名称，例如 清源市市场监督管理局")
@click.option(
    "--org",
    default="market_supervision",
    show_default=True,
    help="机构模板：market_supervision、commerce 或一个 TOML 文件",
)
@click.option("--admin", default="admin", show_default=True, help="第一个系统管理员的用户名")
def command(name: str, org: str, admin: str) -> None:
    """新建正式单位的数据文件夹（HUIYING_DATA_DIR），并给出第一个管理员的口令（只显示这一次）。"""
    from huiying.beat import now
    from huiying.folder import Folder, make_folder, mark_folder, template_text
    from store.db import transaction
    from store.passwords import give
    from store.settings import SettingError
    from store.tables import Person

    settings = settings_or_exit()
    folder = Folder(name=name, demo=False, made_at=now())
    try:
        make_folder(settings, folder, template_text(org))
        with transaction() as session:
            person = Person(name="系统管理员", username=admin, role="system_admin")
            password = give(person, folder.made_at)
            session.add(person)
        mark_folder(settings, folder)
    except (SettingError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"已在 {settings.data_dir} 建好“{name}”的数据文件夹。")
    click.echo(f"首次登录：{admin}  口令：{password}（只显示这一次；登录时启用手机动态码并修改口令）")
    click.echo("再登记一位安全管理员和一位审计管理员：huiying user add 姓名 --username 用户名 --role security_admin")
    click.echo("下一步：huiying user add 登记值班人员，设置 SMTP_URL，运行 huiying up；huiying doctor 检查还缺什么。")
