"""`huiying train`: the trained part of judging made again from labelled texts, or taught by the office's people."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from huiying.process import open_database, settings_or_exit
from store import learned
from store.db import reading, transaction
from store.settings import Settings


@click.command("train")
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), help="标注数据的文件夹。")
@click.option(
    "--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="参数写到哪里；不写则替换本程序所带的。"
)
@click.option("--card", type=click.Path(dir_okay=False, path_type=Path), help="模型卡写到哪里；不写则与参数放在一起。")
@click.option("--corrections", is_flag=True, help="用本单位的改判和研判学习；变好了才采用，不需要别的数据。")
@click.option("--revert", is_flag=True, help="撤回本单位学到的参数，恢复上一份或随程序提供的。")
def command(data: Path | None, folder: Path | None, card: Path | None, corrections: bool, revert: bool) -> None:
    """训练：--data 用标注数据重做随程序的参数；--corrections 用本单位的改判学习；--revert 撤回。

    同样的数据得到逐字节相同的参数。
    """
    if [data is not None, corrections, revert].count(True) != 1:
        raise click.UsageError("请在 --data 文件夹、--corrections、--revert 中选一个")
    if data is not None:
        _whole(data, folder, card)
    elif corrections:
        _own(open_database(settings_or_exit()))
    else:
        _revert(open_database(settings_or_exit()))


def _whole(data: Path, folder: Path | None, card: Path | None) -> None:
    from classifier import train

    folder = folder or train.SHIPPED
    try:
        train.run(data, folder, card or folder / "model-card.md", click.echo)
    except ModuleNotFoundError as missing:
        raise click.ClickException(f"训练需要 {missing.name}，请安装：pip install 'huiying[train]'") from None
    except LookupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"参数在 {folder}")


def _own(settings: Settings) -> None:
    """Learn from the office's corrections; adopt what was learned only where it answers better."""
    from classifier import own_train
    from classifier.judge import Judge
    from huiying.beat import now
    from store.org import read_org
    from store.teaching import teachings

    org = read_org(settings.org_file)
    with reading() as session:
        found = teachings(session)
    with TemporaryDirectory(prefix="huiying-train-") as apart:
        try:
            figures, version = own_train.train(Judge(org), org, found, Path(apart), click.echo)
        except ValueError as error:
            raise click.ClickException(str(error)) from None
        if version:
            _keep(Path(apart), learned.folder_of(settings.data_dir, version))
    with transaction() as session:
        learned.note(session, "command", now(), [one.row for one in figures], version)
    click.echo(f"已采用，下一批信息起生效（版本 {version[:16]}）" if version else "没有采用：参数保持不变")


def _keep(made: Path, folder: Path) -> None:
    """Put finished parameters in their place at once: a half-written folder is never read."""
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(made, fresh)
    if folder.exists():
        shutil.rmtree(folder)
    fresh.rename(folder)


def _revert(settings: Settings) -> None:
    from huiying.beat import now

    try:
        with transaction() as session:
            row = learned.revert(session, "command", now())
            words = f"恢复上一份（版本 {(row.version or '')[:16]}）" if row else "恢复随程序提供的参数"
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"已撤回，{words}，下一批信息起生效")
