"""`huiying source propose` and `huiying source table`: what they show before anything is done, and what they store."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook
from sqlalchemy import select

from huiying.cli import main
from huiying.commands.source import command
from huiying.commands.source_propose import command as propose
from huiying.commands.source_table import command as table
from store import db
from store.db import reading
from store.settings import Settings
from store.tables import Article, Source

LIST = "".join(
    f"<li><a href='/a/{n}.html'>关于第{n}批抽检结果的公告</a><span>2026-11-{n:02}</span></li>" for n in range(1, 9)
)
PAGE = f"<html><body><ul class='news'>{LIST}</ul></body></html>"
HEADER = ["工单编号", "标题", "诉求内容", "来电人", "来电时间", "办理时限"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_env({"HUIYING_DATA_DIR": str(tmp_path)})


@pytest.fixture
def database(sqlite_url: str):
    db.connect(sqlite_url)
    yield
    db.disconnect()


def run(what: Any, settings: Settings, *words: str) -> Result:
    return CliRunner().invoke(what, words, obj=settings)


def export(folder: Path, *rows: list[Any]) -> str:
    book = Workbook()
    for row in (HEADER, *rows):
        book.active.append(row)
    path = folder / "热线11月.xlsx"
    book.save(path)
    return str(path)


def test_they_are_commands_of_the_group_and_not_beside_it():
    assert {"propose", "table"} <= set(command.commands)
    assert not {"source-propose", "source-table"} & set(main.list_commands(None))  # type: ignore[arg-type]


def test_the_proposal_is_shown_with_what_it_brings(tmp_path, settings):
    saved = tmp_path / "list.html"
    saved.write_text(PAGE, "utf-8")
    shown = run(
        propose, settings, str(saved), "--url", "https://a.example.cn/x/", "--example", "关于第2批抽检结果的公告"
    )
    assert shown.exit_code == 0, shown.output
    lines = shown.output.splitlines()
    assert lines[:3] == ["row\tul.news > li", "link\ta", "date\tspan"]
    assert "例子" in lines[3]
    assert lines[4] == "共 8 条，前 5 条："
    assert lines[5] == "  2026-11-01\t关于第1批抽检结果的公告\thttps://a.example.cn/a/1.html"


def test_a_page_without_a_list_and_a_file_that_is_not_there_are_told(tmp_path, settings):
    empty = tmp_path / "empty.html"
    empty.write_text("<html></html>", "utf-8")
    assert "没有找到列表" in run(propose, settings, str(empty)).output
    assert "没有找到含有这条链接的列表" in run(propose, settings, str(empty), "--example", "x").output
    absent = run(propose, settings, str(tmp_path / "absent"))
    assert (absent.exit_code, "无法读取文件" in absent.output) == (1, True)


def test_a_page_at_an_address_is_fetched_under_the_rules_of_the_crawler(settings):
    refused = run(propose, settings, "http://127.0.0.1:9/list.html")
    assert refused.exit_code == 1
    assert "127.0.0.1" in refused.output


def test_looking_at_an_export_stores_nothing_and_shows_what_it_would_bring(tmp_path, settings, database):
    path = export(
        tmp_path, ["GD1", "缺斤短两", "秤不准", "市民甲", "2026-11-20 09:30", "2026-11-27"], [None] * 5 + ["x"]
    )
    shown = run(table, settings, path, "--dry-run")
    assert shown.exit_code == 1
    assert "来电人\t个人信息，不取" in shown.output
    assert "GD1\t2026-11-20 09:30\t时限：2026-11-27 23:59:59" in shown.output
    assert "第 3 行：没有标题和内容，只有：x（没有导入）" in shown.output
    assert "共 2 行，读出 1 条，1 处读不懂；没有导入。" in shown.output
    assert "市民甲" not in shown.output
    with reading() as session:
        assert session.scalars(select(Source)).all() == []


def test_an_export_is_brought_once_under_a_source_that_nothing_is_fetched_from(tmp_path, settings, database):
    path = export(tmp_path, ["GD1", "缺斤短两", "秤不准", "市民甲", "2026-11-20 09:30", "2026-11-27"])
    first = run(table, settings, path)
    assert (first.exit_code, "新增 1 条，0 条以前已有" in first.output) == (0, True)
    assert "新增 0 条，1 条以前已有" in run(table, settings, path).output
    with reading() as session:
        source = session.scalars(select(Source)).one()
        article = session.scalars(select(Article)).one()
    assert (source.url, source.name, source.kind, source.channel) == ("table:热线11月", "热线11月", "table", "message")
    assert (source.fetch_at, source.error, source.last_ok_at is not None) == (None, None, True)
    assert (article.title, article.channel, article.link) == ("缺斤短两", "message", "table:热线11月#GD1")
    assert "市民甲" not in json.dumps([article.title, article.body, article.author], ensure_ascii=False)


def test_the_office_says_on_the_command_what_a_column_is(tmp_path, settings, database):
    path = export(tmp_path, ["GD1", "缺斤短两", "秤不准", "市民甲", "2026-11-20 09:30", "2026-11-27"])
    assert (
        run(table, settings, path, "--source", "12345热线", "--map", "来电人=联系方式", "--map", "标题=-").exit_code
        == 0
    )
    with reading() as session:
        article = session.scalars(select(Article)).one()
        assert session.scalars(select(Source.name)).all() == ["12345热线"]
    assert (article.title, article.body) == ("秤不准", "秤不准\n联系方式：市民甲")
    assert "列=字段" in run(table, settings, path, "--map", "来电人").output
    assert "没有“电话”这一列" in run(table, settings, path, "--map", "电话=-").output


def test_a_file_that_is_no_table_is_refused_in_words(tmp_path, settings):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7")
    refused = run(table, settings, str(path))
    assert (refused.exit_code, "这不是表格" in refused.output) == (1, True)
