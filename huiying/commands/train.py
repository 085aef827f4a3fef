"""`huiying train`: the trained part of judging made again from a folder of labelled texts."""

from pathlib import Path

import click

from classifier import train


@click.command("train")
@click.option(
    "--data", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path), help="标注数据的文件夹。"
)
@click.option(
    "--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="参数写到哪里；不写则替换本程序所带的。"
)
@click.option("--card", type=click.Path(dir_okay=False, path_type=Path), help="模型卡写到哪里；不写则与参数放在一起。")
def command(data: Path, folder: Path | None, card: Path | None) -> None:
    """训练：留出一成文字测量，再用全部文字训练，写出参数和模型卡；同样的数据得到逐字节相同的参数。"""
    folder = folder or train.SHIPPED
    try:
        train.run(data, folder, card or folder / "model-card.md", click.echo)
    except ModuleNotFoundError as missing:
        raise click.ClickException(f"训练需要 {missing.name}，请安装：pip install 'huiying[train]'") from None
    except LookupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"参数在 {folder}")
