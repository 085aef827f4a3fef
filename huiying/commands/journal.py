"""`huiying journal`: whether the operations log was tampered with, and its head."""

import sys

import click

from huiying.process import open_database, settings_or_exit


@click.group("journal")
def command() -> None:
    """操作日志：核对链条，输出最新校验值。"""
    open_database(settings_or_exit())


@command.command("verify")
@click.option("--head", "mark", help="在别处留存的校验值（如日报末尾所印），用来查出被删去的末尾")
def verify(mark: str | None) -> None:
    """逐条核对；有不符时退出码为 1，并给出第一条的序号。"""
    from store import journal
    from store.db import reading

    with reading() as session:
        broken, (last, _) = journal.first_broken(session), journal.head(session)
        try:
            anchored = journal.seq_of(session, mark) if mark else None
        except ValueError as error:
            raise click.UsageError(str(error)) from None
    if broken is not None:
        click.echo(f"操作日志第 {broken} 条起对不上：这一条或它前后被改动、删除、插入或调换。")
        sys.exit(1)
    if mark and anchored is None:
        click.echo(f"操作日志现有 {last} 条自身连贯，但没有这个校验值：第 {last + 1} 条起被删去，或整个日志被重写过。")
        sys.exit(1)
    kept = f"，留存的校验值是第 {anchored} 条" if anchored else ""
    click.echo(f"操作日志 {last} 条，链条完整{kept}。")


@command.command("head")
def head() -> None:
    """输出最新一条的序号和校验值。"""
    from store import journal
    from store.db import reading

    with reading() as session:
        seq, mark = journal.head(session)
    click.echo(f"{seq}\t{mark}")


@command.command("destroy")
@click.argument("seq", type=click.IntRange(1))
@click.confirmation_option(prompt="事由销毁后不能恢复，确定吗")
def destroy(seq: int) -> None:
    """销毁第 SEQ 条里人写的事由；链条照样能核对，并记下这次销毁。"""
    from huiying.beat import now
    from store import journal
    from store.db import transaction

    try:
        with transaction() as session:
            journal.destroy_words(session, seq, "command", now())
    except LookupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"操作日志第 {seq} 条的事由已销毁，链条不变。")
