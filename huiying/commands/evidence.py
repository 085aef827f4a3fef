"""`huiying evidence`: what was kept of an article, whether it is whole, and a case's originals in one file."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click
from sqlalchemy import select

from domain.masking import mask
from domain.workdays import BEIJING
from huiying.beat import now
from huiying.process import open_database, settings_or_exit
from store import evidence, evidence_files, originals
from store.db import reading
from store.tables.articles import Article
from store.tables.cases import Case
from store.tables.sources import Evidence


@click.group("evidence")
@click.pass_context
def command(context: click.Context) -> None:
    """原始证据：查看留存情况，核对是否完好，导出一个事项的全部原件。"""
    settings = open_database(settings_or_exit())
    context.obj = settings.data_dir / evidence.FOLDER


@command.command("show")
@click.argument("article_id", metavar="信息编号", type=click.IntRange(1, 2**31 - 1))
@click.option("--reason", help="打开原件的事由，记入操作日志")
@click.option("--output", type=click.Path(dir_okay=False, allow_dash=True), help="原件写到哪个新文件；不给则为标准输出")
@click.pass_obj
def show(folder: Path, article_id: int, reason: str | None, output: str | None) -> None:
    """输出地址、时间、状态行、响应头、SHA-256 和是否完好；给出事由才输出原件本身。"""
    if output is not None and reason is None:
        raise click.UsageError("取出原件要用 --reason 写明事由，事由记入操作日志")
    with reading() as session:
        row = evidence.of_article(session, article_id)
        if row is None:
            known = session.get(Article, article_id) is not None
            raise click.ClickException(originals.NEVER if known else f"没有编号为 {article_id} 的信息")
        _describe(folder, row, aside=reason is not None)
    if reason is not None:
        _take_out(folder, article_id, reason, output or "-")


@command.command("verify")
@click.option("--all", "everything", is_flag=True, help="核对全部留存的原件；不给则只核对事项的原件")
@click.pass_obj
def verify(folder: Path, everything: bool) -> None:
    """逐件核对原件与校验值；有不符时退出码为 1，并逐件列出。"""
    bad = total = 0
    for id_ in _kept(everything):
        with reading() as session:
            row = session.get_one(Evidence, id_)
            if row.file is None:
                continue
            total += 1
            if words := originals.wrong(folder, row):
                bad += 1
                click.echo(f"不符\t证据 {row.id}\t{_plain(row.url)}\t{words}")
    with reading() as session:
        removed = evidence_files.sizes(session)[1]
    what = "全部原件" if everything else "事项的原件"
    click.echo(f"{what} {total} 件，完好 {total - bad} 件，不符 {bad} 件；按留存期限清除 {removed} 件。")
    sys.exit(1 if bad else 0)


@command.command("export")
@click.argument("case", metavar="事项")
@click.argument("file", metavar="文件", type=click.Path(dir_okay=False))
@click.option("--reason", prompt="导出事由（记入操作日志）", help="导出的事由，记入操作日志")
@click.pass_obj
def export(folder: Path, case: str, file: str, reason: str) -> None:
    """把一个事项全部信息的原件导出成一个 WARC 文件，并列出清单；事项写编号（如 2026-3）。"""
    try:
        case_id = _case_id(case)
        with _new_file(file) as out:
            listed = originals.export(folder, case_id, reason, "command", now(), out)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    for one in listed:
        _line(one)
    whole = sum(not one.words for one in listed)
    click.echo(f"已导出到 {file}：{len(listed)} 条信息，有原件 {whole} 条。")


def _describe(folder: Path, row: Evidence, *, aside: bool) -> None:
    """Print what is known of an original, to the side where its bytes go to the screen."""
    lines = [f"地址  {_plain(row.url)}", f"时间  {_beijing(row)}"]
    try:
        opened = evidence.read(folder, row)
        lines += [f"状态  {_plain(opened.status_line)}"]
        lines += [f"  {_plain(name)}: {_plain(value)}" for name, value in opened.headers]
        state = "完好，与留存时一致" if opened.sound else originals.UNSOUND
    except LookupError as error:
        state = str(error)
    lines += [f"SHA-256  {row.sha256}", f"大小  {row.bytes:,} 字节", f"核对  {state}"]
    click.echo("\n".join(lines), err=aside)


def _take_out(folder: Path, article_id: int, reason: str, output: str) -> None:
    """Write the bytes of an original out once the journal has them opened."""
    try:
        _, opened = originals.open_original(folder, article_id, reason, "command", now())
    except (ValueError, LookupError) as error:
        raise click.ClickException(str(error)) from None
    if output == "-":
        sys.stdout.buffer.write(opened.body)
        return
    with _new_file(output) as file:
        file.write(opened.body)


@contextmanager
def _new_file(name: str) -> Iterator[BinaryIO]:
    """Open a file that is not there yet, for its owner alone; one that could not be finished is taken away again."""
    try:
        handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise click.ClickException(f"{name} 已经存在，请换一个文件名") from None
    except OSError as error:
        raise click.ClickException(f"{name} 写不了：{error.strerror}") from None
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _case_id(said: str) -> int:
    """Return the id of the case called 2026-3 or 舆情〔2026〕3号. ClickException where there is none."""
    parts = re.fullmatch(r"\D*(\d{4})\D+(\d{1,9})号?", said.strip())
    if parts is None:
        raise click.UsageError(f"事项看不懂：{said}，请写成 2026-3 或 舆情〔2026〕3号")
    year, number = map(int, parts.groups())
    with reading() as session:
        found = session.scalar(select(Case.id).where(Case.year == year, Case.number == number))
    if found is None:
        raise click.ClickException(f"没有舆情〔{year}〕{number}号")
    return found


def _kept(everything: bool) -> list[int]:
    """Return the ids of the evidence to look at: of cases, or all that is there."""
    asked = select(Evidence.id).where(Evidence.file.is_not(None))
    if not everything:
        of_cases = select(Article.evidence_id).join(Case, Case.event_id == Article.event_id)
        asked = asked.where(Evidence.id.in_(of_cases.where(Article.evidence_id.is_not(None))))
    with reading() as session:
        return list(session.scalars(asked.order_by(Evidence.id)))


def _line(one: originals.Exported) -> None:
    row, article = one.original.evidence, one.original.article
    cells = (str(article.id), _beijing(row) if row else "—", row.sha256 if row else "—", mask(article.title))
    click.echo("\t".join(_plain(cell) for cell in (*cells, one.words or "已导出")))


def _beijing(row: Evidence) -> str:
    return f"{row.at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}（北京时间）"


def _plain(text: str) -> str:
    """Return text without anything a terminal would obey."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
