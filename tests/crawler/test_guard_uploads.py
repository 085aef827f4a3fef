"""Files that people upload: none hangs or swells the worker; the person reads why, and everybody else is served."""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from crawling import T, add, crawl, office, rows
from hostile import MEGA, feed
from memory import growth
from odd_server import odd_server
from old_excel import xls
from openpyxl import Workbook

from crawler import apart
from crawler.fetch_words import FetchError
from crawler.kinds import table
from crawler.sheets import xlsx
from store import asks, files
from store.db import reading, transaction
from store.tables import Article, Ask

NOW = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
LIMIT = 64 << 20
GOOD = "工单编号,标题,内容\n1,电子秤不准,少二两\n".encode("gb18030")


def workbook() -> bytes:
    book = Workbook()
    for row in (["工单编号", "标题", "内容"], ["1", "电子秤不准", "少二两"]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(name: str, *pieces: bytes, times: int = 1) -> bytes:
    """Return a good workbook with the part `name` made of the pieces, the middle one repeated."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as good, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for part in good.infolist():
            if part.filename != name:
                made.writestr(part, good.read(part))
        with made.open(name, "w") as part:
            part.write(pieces[0])
            for _ in range(times):
                part.write(pieces[1])
            part.write(pieces[2])
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
HEAD = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    + "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in ("标题", "内容")).encode()
    + b"</row>"
)
SHARED = b'<row><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>'
TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    b'spreadsheetml.sharedStrings+xml"/>'
)
END = b"</sheetData></worksheet>"


def referring() -> bytes:
    """Return a workbook of which 1,000 rows show one and the same text of 200,000 characters."""
    first = changed(SHEET, HEAD, SHARED, END, times=1000)
    strings = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(first)) as good, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for part in good.infolist():
            made.writestr(part, good.read(part).replace(b"</Types>", TYPE + b"</Types>"))
        made.writestr("xl/sharedStrings.xml", strings + "长".encode() * 200_000 + b"</t></si></sst>")
    return out.getvalue()


TABLES: dict[str, tuple[Callable[[], bytes], str]] = {
    "zip bomb": (lambda: changed(SHEET, HEAD, b" " * MEGA, END, times=300), "解开后超过 200 MB"),
    "deep xml": (lambda: changed(SHEET, HEAD, b"<a>" * 1000, END, times=2000), "表格"),
    "attributes": (lambda: changed(SHEET, HEAD + b"<row", b' a="b"' * 1000, b"/>" + END, times=300), "表格"),
    "one text over and over": (referring, "表格内容超过 2000 万字"),
    "entities": (
        lambda: changed(SHEET, b'<!DOCTYPE x [<!ENTITY a "b">]>' + HEAD, b"&a;", END, times=1000),
        "自行定义了 XML 实体",
    ),
    "one line": (lambda: b"\xb1\xea\xcc\xe2," + b"x" * 19 * MEGA, "一格超过 100 万字"),
    "commas": (lambda: b"," * 19 * MEGA, ""),
    "quotes": (lambda: b'"' * 19 * MEGA, ""),
    "nested tables": (lambda: b"<table><tr><td>" * 600_000, ""),
    "old excel, torn": (lambda: xls([["标题", "内容"]] * 50)[:3000] + b"\xff" * 4 * MEGA, "另存为"),
    "old excel, noise": (lambda: xls([["标题", "内容"]])[:512] + bytes(range(256)) * 40_000, "另存为"),
}


def ask(what: str, folder: Path, body: bytes, **more: object) -> int:
    digest = files.keep(folder, body)
    with transaction() as session:
        asked = {"name": "上传.xlsx", "source": "工单", "store": False, **more}
        return asks.ask(session, what, asked, None, T, digest).id


def answered(ask_id: int) -> Ask:
    with reading() as session:
        return session.get_one(Ask, ask_id)


@pytest.mark.usefixtures("sqlite_database")
@pytest.mark.parametrize("name", TABLES)
def test_no_export_hangs_or_swells_the_worker_and_the_others_go_on(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(apart, "SLOW", {"table": 25})
    make, words = TABLES[name]
    served = feed("<item><title>照常</title></item>")
    with odd_server(feed=lambda ask: ask.reply(body=served)) as site, office(tmp_path, site.place) as made:
        bad = ask("table", tmp_path / files.UPLOADS, make(), store=True)
        good = ask("table", tmp_path / files.UPLOADS, GOOD, store=True)
        add(site.url("/feed"))
        apart.table(GOOD, "", NOW, None, whole=True)  # What is imported once is no growth.
        with growth() as grown:
            crawl(made, seconds=60)
    error = answered(bad).error
    assert error
    assert words in error
    assert any("一" <= letter <= "鿿" for letter in error)
    assert answered(good).error is None
    assert {"电子秤不准", "照常"} <= {article.title for article in rows(Article)}
    assert grown.most < LIMIT


LISTS: dict[str, tuple[Callable[[], bytes], str]] = {
    "too many": (lambda: b"<opml><body>" + b"<outline/>" * 60_000, "超过 50000 条"),
    "entities": (lambda: b'<!DOCTYPE x [<!ENTITY a "b">]><opml><body>&a;</body></opml>', "实体"),
    "long texts": (lambda: b"<opml><body>" + (b'<outline text="' + b"x" * 9000 + b'"/>') * 2_100, ""),
    "open tags": (lambda: b"<opml><body>" + b"<outline " * 2 * MEGA, ""),
    "deep": (lambda: b"<opml><body>" + b'<outline text="a">' * 49_000, ""),
    "comments": (lambda: b"<opml><body>" + b"<!--" * 4 * MEGA, ""),
    "values": (
        lambda: b"<opml><body>" + (b'<outline xmlUrl="http://a.example/"' + b' huiying:x="y"' * 600 + b"/>") * 2000,
        "",
    ),
}


@pytest.mark.usefixtures("sqlite_database")
@pytest.mark.parametrize("name", LISTS)
def test_no_list_of_sources_hangs_or_swells_the_worker(name: str, tmp_path: Path):
    make, words = LISTS[name]
    with office(tmp_path) as made:
        bad = ask("opml", tmp_path / files.UPLOADS, make(), channel="news", authority="city")
        good = ask(
            "opml",
            tmp_path / files.UPLOADS,
            b'<opml><body><outline text="a" xmlUrl="http://a.example/"/></body></opml>',
        )
        apart.opml(b"<opml/>", NOW)
        with growth() as grown:
            crawl(made, seconds=60)
    row = answered(bad)
    assert row.answered_at is not None
    assert words in (row.error or "")
    assert (answered(good).answer or {})["read"] == 1
    assert grown.most < LIMIT


@pytest.mark.usefixtures("sqlite_database")
@pytest.mark.parametrize("what", ["table", "opml"])
def test_a_file_that_is_larger_than_any_is_refused_unread(what: str, tmp_path: Path):
    with office(tmp_path) as made:
        bad = ask(what, tmp_path / files.UPLOADS, b"x" * 100 * MEGA)
        with growth() as grown:
            crawl(made)
    assert answered(bad).error == "文件超过 20 MB，请分成几个"
    assert grown.most < LIMIT


def test_an_export_that_takes_too_long_is_ended_and_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(apart, "SLOW", {"table": 0})
    rows_ = "\n".join(f"{n},甲{n},乙" for n in range(50_000))
    with pytest.raises(LookupError, match="解析内容超过 0 秒，已中止"):
        apart.table(f"编号,标题,内容\n{rows_}".encode(), "", NOW, None, whole=False)
    monkeypatch.setattr(apart, "SLOW", {"table": 60})
    assert apart.table(GOOD, "", NOW, None, whole=False).found == 1


def test_exports_are_read_one_after_the_other_so_that_a_child_is_left_for_everything_else(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(apart, "SLOW_WAIT", 0.1)
    with apart._slow:
        with pytest.raises(FetchError) as caught:
            apart.table(GOOD, "", NOW, None, whole=False)
        assert apart.title(b"<title>a</title>", "http://a.example/", NOW) == "a"
    assert caught.value.code == "parser"


BOOK = [["编号", "标题", "内容", "受理时间"], ["1", "甲", "乙", "2026-03-01 08:00"], ["2", "", "", ""]]


def test_every_kind_of_file_says_the_same_in_the_child_as_here():
    many = "编号,标题,内容\n" + "\n".join(f"{n},甲{n},乙" for n in range(1_234))
    page = "<table><tr><td>标题<td>内容<tr><td>甲<td>乙</table>"
    for body in (workbook(), xls(BOOK), GOOD, many.encode(), page.encode()):
        here = table.read(body, "a", NOW)
        whole = apart.table(body, "a", NOW, None, whole=True)
        assert whole.sheet == here
        assert (whole.found, whole.wrong) == (len(here.items), len(here.problems))
        shown = apart.table(body, "a", NOW, {here.columns[0]: "标题"}, whole=False)
        assert shown.sheet.mapping[here.columns[0]] == "title"
        assert len(shown.sheet.items) <= 3
    assert xlsx.LARGEST_UNPACKED == 200 << 20
