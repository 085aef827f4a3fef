"""What people ask through screens is answered once, in words where it cannot be, and nothing is stored unasked."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from openpyxl import Workbook

from crawler.jobs import close, crawl_due
from crawler.sheets.grid import LARGEST
from store import asks, files, sources
from store.db import reading, transaction
from store.settings import Settings
from store.tables import Article, Ask, JournalEntry, Source

T = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
HEADER = ["工单编号", "标题", "诉求内容", "来电时间", "办理时限", "联系电话"]
OPML = """<opml version="2.0"><body>
<outline type="rss" text="清源日报" xmlUrl="http://127.0.0.1:9/rss"/>
<outline type="rss" text="清源日报" xmlUrl="http://127.0.0.1:9/rss#again"/>
<outline type="rss" text="坏的" xmlUrl="file:///etc/passwd"/>
<outline type="rss" text="没有地址"/>
<outline type="rss" text="写坏了 htmlUrl="http://127.0.0.1:9/"/>
<outline type="rss" text="论坛" xmlUrl="http://127.0.0.1:9/feed"/>
</body></opml>"""


@pytest.fixture
def settings(tmp_path, database):
    made = Settings.from_env({"HUIYING_DATA_DIR": str(tmp_path)})
    yield made
    close(made)


@pytest.fixture
def answer(settings):
    """Ask, let the crawler work, and return the question with its answer."""

    def one(what: str, content: bytes | None = None, at: datetime = T, **asked) -> Ask:
        digest = files.keep(settings.data_dir / files.UPLOADS, content) if content is not None else None
        with transaction() as session:
            ask_id = asks.ask(session, what, {"name": "工单.xlsx", **asked}, None, at, digest).id
        crawl_due(settings, lambda: at, 10)
        with reading() as session:
            return session.get_one(Ask, ask_id)

    return one


def book(*rows: list[object], header: list[str] = HEADER) -> bytes:
    made, out = Workbook(), io.BytesIO()
    for row in (header, *rows):
        made.active.append(row)
    made.save(out)
    return out.getvalue()


def count(table) -> int:
    with reading() as session:
        return session.query(table).count()


def test_an_export_is_shown_before_anything_is_stored_and_persons_are_left_out(answer):
    rows = [["GD1", "缺斤短两", "秤不准", "2026-11-20 09:30", "2026-11-27", "13812345678"], ["", "", "", "", "", "x"]]
    said = answer("table", book(*rows)).answer
    assert (said["rows"], said["items"], said["more_problems"]) == (2, 1, 0)
    assert said["sample"] == [
        {
            "number": "GD1",
            "title": "缺斤短两",
            "text": "秤不准",
            "published": "2026-11-20 09:30",
            "limit": "2026-11-27T15:59:59+00:00",
            "place": None,
        }
    ]
    assert [(one["row"], one["kept"]) for one in said["problems"]] == [(3, False)]
    assert "13812345678" not in str(said["sample"])
    assert "联系电话" not in said["mapping"]
    assert count(Source) == count(Article) == 0


REFUSED = {
    "no header": (book([1, 2], header=["甲", "乙"]), "工单.xlsx：没有找到表头：应有一行写着标题或内容"),
    "empty": (book(header=[]), "表里是空的"),
    "PDF": (b"%PDF-1.7", "这不是表格；请导入 .xlsx、.xls 或 .csv 文件"),
    "rubbish": (bytes(range(256)) * 20, "没有找到表头"),
    "broken": (book()[:-200], "表格打不开，可能没有下载完整"),
    "huge": (b"x," * (LARGEST // 2 + 1), "文件超过 20 MB，请分成几个"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_table_is_refused_in_words_and_not_asked_again(answer, name):
    body, words = REFUSED[name]
    asked = answer("table", body, store=True)
    assert words in asked.error
    assert (asked.answer, asked.answered_at, asked.ask_at) == (None, T, None)
    assert count(Source) == 0


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"电话": "contact"}, "没有“电话”这一列"),
        ({"标题": "nonsense"}, "nonsense"),
        ({"工单编号": "number", "联系电话": "number"}, "只能有一列"),
    ],
)
def test_columns_that_cannot_be_are_said_and_nothing_is_stored(answer, mapping, words):
    asked = answer("table", book(["GD1", "缺斤短两", "秤不准"]), store=True, mapping=mapping)
    assert words in asked.error
    assert count(Article) == 0


def test_formulas_are_text_or_nothing_and_never_reckoned(answer):
    said = answer("table", book(["GD1", "=1+1", "秤不准"], ["GD2", "'=cmd|' /C calc'!A0", "买到假货"])).answer
    assert said["items"] == 2
    assert [one["title"] for one in said["sample"]][1] == "'=cmd|' /C calc'!A0"
    assert said["sample"][0]["title"] != "2"
    text = answer("table", '编号,标题,内容\n1,"=HYPERLINK(""http://x"")",秤不准\n'.encode()).answer
    assert text["sample"][0]["title"] == '=HYPERLINK("http://x")'


def test_more_problems_than_a_screen_can_show_are_counted(answer):
    said = answer("table", book(*(["", "", "", "", "", "x"] for _ in range(620)))).answer
    assert (said["items"], len(said["problems"]), said["more_problems"]) == (0, 500, 120)


def test_the_same_export_stored_twice_brings_nothing_new(answer):
    body = book(["GD1", "缺斤短两", "秤不准"], ["GD2", "假货", "买到假货"])
    asked = {"store": True, "source": "12345热线", "channel": "hotline"}
    first, again = (answer("table", body, **asked).answer for _ in range(2))
    assert (first["stored"], first["known"], again["stored"], again["known"]) == (2, 0, 0, 2)
    with reading() as session:
        source = session.query(Source).one()
        assert (source.name, source.kind, source.channel, source.fetch_at) == ("12345热线", "table", "hotline", None)
        assert [entry.facts["new"] for entry in session.query(JournalEntry).order_by(JournalEntry.seq)] == [2, 0]


def test_a_list_with_rubbish_in_it_costs_no_sound_entry(answer):
    said = answer("opml", OPML.encode()).answer
    assert [one["url"] for one in said["feeds"]] == ["http://127.0.0.1:9/rss", "http://127.0.0.1:9/feed"]
    assert (said["read"], said["duplicates"], said["known"]) == (2, 1, 0)
    assert [(one["title"], one["line"]) for one in said["refused"]][:2] == [("坏的", 4), ("没有地址", 5)]
    assert all(one["words"] for one in said["refused"])
    assert len(said["refused"]) == 3
    assert count(Source) == 0


def test_the_sources_of_a_list_are_added_as_chosen_and_are_due(answer):
    said = answer("opml", OPML.encode(), store=True, channel="message", authority="nonsense").answer
    assert (said["added"], said["odd"]) == (2, [])
    with reading() as session:
        found = session.query(Source).order_by(Source.id).all()
        assert {(one.channel, one.authority, one.error_code) for one in found} == {("message", "city", "private")}
        assert [one.name for one in found] == ["清源日报", "论坛"]
    assert answer("opml", OPML.encode()).answer["known"] == 2


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "空内容，不是 OPML 订阅清单"),
        (b"<rss version='2.0'/>", "不是 OPML 订阅清单"),
        ("<!DOCTYPE html><html><title>登录</title></html>".encode(), "网页“登录”，不是 OPML 订阅清单"),
        (b'<!DOCTYPE opml [<!ENTITY a "b">]><opml/>', "自行定义了 XML 实体"),
        (b"<opml>" + b" " * 20_000_000, "OPML 文件超过 20 MB 的上限，未导入"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(answer, body, words):
    asked = answer("opml", body, store=True)
    assert words in asked.error
    assert count(Source) == 0


def test_our_own_list_is_written_and_names_what_is_left_out(answer, database):
    with transaction() as session:
        sources.add_source(session, "https://daily.example/rss", T, name="清源日报", fetch_at=None)
        sources.add_source(session, "push:清源网讯", T, name="清源网讯", kind="push", fetch_at=None)
    said = answer("opml", export=True).answer
    assert (said["count"], said["left"]) == (1, ["清源网讯"])
    assert 'xmlUrl="https://daily.example/rss"' in said["text"]


def test_a_file_that_has_gone_meanwhile_is_asked_for_again(settings, answer):
    with transaction() as session:
        asks.ask(session, "table", {"name": "工单.xlsx"}, None, T, "0" * 64)
    crawl_due(settings, lambda: T, 10)
    with reading() as session:
        assert session.query(Ask).one().error == "上传的文件不在了，请重新上传"


def test_what_breaks_is_tried_three_times_and_then_said(settings, caplog):
    with transaction() as session:
        asks.ask(session, "table", {"name": "工单.xlsx"}, None, T, "not a digest")
    for minutes in (0, 3, 6):
        crawl_due(settings, lambda minutes=minutes: T + timedelta(minutes=minutes), 10)
    with reading() as session:
        row = session.query(Ask).one()
    assert row.error == "读的时候出了意外，已记入日志；请换一个地址或文件，或联系系统管理员"
    assert (row.ask_at, caplog.text.count("could not be answered")) == (None, 3)


def test_an_address_is_looked_at_and_its_trouble_said(answer):
    said = answer("look", url="ftp://news.example/").answer
    assert said["steps"] == [{"what": "地址", "words": "链接不是 http 或 https 地址（ftp）", "good": False}]
    assert (said["kind"], said["found"]) == (None, 0)
    closed = answer("look", url="http://127.0.0.1:9/feed").answer
    assert [step["good"] for step in closed["steps"]] == [False]
