"""Adding a source by its address: the crawler looks, the page waits, what was found is shown, a keeper completes it."""

import pytest
import screen_sources as made
from sqlalchemy import select

from store import office
from store.db import reading, transaction
from store.tables import Ask, Source


@pytest.fixture
def keeper(signed_in):
    """The office's browser."""
    return signed_in("office")


@pytest.fixture
def looked(keeper, clock):
    """Ask for a look and answer it; return the page's address."""
    address = keeper.post("/sources/look", url=made.LIST["url"], example="节前").headers["Location"]
    made.answer(1, clock.forward(seconds=3), made.LIST)
    return address


def sources():
    with reading() as session:
        return list(session.scalars(select(Source)))


def test_a_look_is_asked_of_the_crawler(keeper, clock):
    answer = keeper.post("/sources/look", url=" https://www.dongling.example/xw/ ", example="节前")
    assert answer.headers["Location"] == "/sources/look/1"
    [row] = made.asks()
    assert (row.what, row.asked) == ("look", {"url": "https://www.dongling.example/xw/", "example": "节前"})
    assert (row.ask_at, row.answered_at) == (clock.now, None)


@pytest.mark.parametrize("url", ["", "ftp://news.example/", "https://", "http://[bad", "http://x:0/", "news.example"])
def test_an_address_that_cannot_be_fetched_is_refused_with_what_was_typed(keeper, url):
    answer = keeper.post("/sources/look", url=url)
    assert answer.status_code == 422
    assert "网址应以 http:// 或 https:// 开头" in answer.text
    assert f'value="{url}"' in answer.text
    assert made.asks() == []


def test_the_page_says_how_far_it_is_until_the_answer_is_there(keeper, clock):
    keeper.post("/sources/look", url="https://slow.example/")
    page = keeper.text("/sources/look/1")
    assert "等抓取进程接手" in page
    assert "asks.js" in page
    clock.forward(seconds=25)
    assert "抓取进程从未运行" in keeper.text("/sources/asks/1")
    with transaction() as session:
        office.beat(session, "worker", clock.now)
    assert "抓取进程正忙" in keeper.text("/sources/asks/1")
    clock.forward(minutes=3)
    assert "抓取进程 3分 没有心跳" in keeper.text("/sources/asks/1")
    with transaction() as session:
        session.get_one(Ask, 1).attempts = 2
    waiting = keeper.text("/sources/asks/1")
    assert "正在打开网址并辨认，第 2 次尝试，已用 3分" in waiting
    assert 'data-done=""' in waiting
    made.answer(1, clock.now, made.LIST)
    assert 'data-done="1"' in keeper.text("/sources/asks/1")
    assert "asks.js" not in keeper.text("/sources/look/1")


def test_what_was_found_is_shown_and_nothing_of_it_is_trusted(keeper, looked):
    page = keeper.text(looked)
    for words in (
        "看到 23 条，网页列表",
        "节前食品安全检查",
        "09:05",
        "没有日期",
        "另 21 条",
        "23 行形状一样",
        "打开网址",
    ):
        assert words in page, words
    assert 'value="ul.news &gt; li"' in page
    assert 'name="url" value="https://www.dongling.example/rss.xml"' in page
    assert "javascript:" not in page
    assert "file:///" not in page


def test_a_look_at_nothing_says_so_and_offers_another(keeper, clock):
    keeper.post("/sources/look", url="https://empty.example/")
    made.answer(1, clock.now, {"url": "https://empty.example/", "kind": None, "others": made.LIST["others"]})
    page = keeper.text("/sources/look/1")
    assert "没有看出可以监测的内容" in page
    assert "rss.xml" in page
    assert "/save" not in page
    assert keeper.post("/sources/look/1/save", **made.FIELDS).status_code == 422
    again = keeper.post("/sources/look/1/again", example="第一条").headers["Location"]
    assert again == "/sources/look/2"
    assert made.asks()[1].asked == {"url": "https://empty.example/", "example": "第一条", "before": 1}
    made.answer(2, clock.now, error="找不到这个网站（域名不存在）")
    assert "找不到这个网站" in keeper.text(again)


def test_a_question_given_up_and_a_table_are_told_apart_from_nothing(keeper, clock):
    for _ in range(2):
        keeper.post("/sources/look", url="https://x.example/a.csv")
    with transaction() as session:
        session.get_one(Ask, 1).ask_at = None
    made.answer(2, clock.now, {"url": "https://x.example/a.csv", "kind": "table", "kind_label": "表格"})
    assert "试了几次都没有做成" in keeper.text("/sources/look/1")
    assert "这个网址是一张表格" in keeper.text("/sources/look/2")


def test_selectors_are_changed_and_looked_at_again(keeper, looked, clock):
    sent = {"row": "div.list > p", "link": "a", "date": "", "title": "b", "text": ""}
    assert keeper.post(f"{looked}/again", **sent).headers["Location"] == "/sources/look/2"
    asked = made.asks()[1].asked
    assert asked["kind"] == "list"
    assert asked["options"] == {"row": "div.list > p", "link": "a", "title": "b"}
    assert 'href="/sources/look/1"' not in keeper.text("/sources/look/2")
    made.answer(2, clock.now, error="选择器 div.list > p 选中了 0 行")
    assert 'href="/sources/look/1"' in keeper.text("/sources/look/2")


def test_a_source_is_saved_as_it_was_found_and_completed(keeper, looked, clock):
    form = {
        **made.FIELDS,
        "season_interval": "120",
        "retention_days": "60",
        "url": "https://evil.example/",
        "kind": "x",
    }
    assert keeper.post(f"{looked}/save", **form).headers["Location"] == "/sources/1"
    one = made.one(1)
    assert (one.url, one.kind, one.kind_label) == (made.LIST["url"], "list", "网页列表")
    assert one.options == made.LIST["options"]
    assert (one.interval, one.season_interval, one.retention_days) == (300, 120, 60)
    assert (one.owner, one.region, one.fetch_at) == ("食品安全科", "清源市", clock.now)
    assert made.journaled("add_source") == [{"kind": "list", "not_personal": None}]
    page = keeper.text("/sources/1")
    assert "从未连通" in page
    assert "已登记，马上抓取第一次" in page
    assert "未登记依据" not in page


def test_a_source_without_its_basis_is_saved_and_marked(keeper, looked):
    keeper.post(f"{looked}/save", **{**made.FIELDS, "impact": " "})
    page = keeper.text("/sources/1")
    assert "还没有登记监测依据和影响评估" in page
    assert '<span class="tag">未登记依据</span>' in page


WRONG = [
    ({"name": " "}, "请写一个名称"),
    ({"interval": "59"}, "抓取间隔应为 60 到 86400 秒"),
    ({"interval": ""}, "抓取间隔应为 60 到 86400 秒"),
    ({"interval": "often"}, "抓取间隔应是整数，不是“often”"),
    ({"season_interval": "301"}, "不长于平时的间隔"),
    ({"retention_days": "0"}, "保留 1 到 3650 天"),
    ({"channel": "gossip"}, "请选择渠道、级别和用途"),
    ({"authority": "king"}, "请选择渠道、级别和用途"),
    ({"role": "spy"}, "请选择渠道、级别和用途"),
    ({"channel": "weibo"}, "请先确认这不是个人账号"),
    ({"authority": "self_media"}, "请先确认这不是个人账号"),
]


@pytest.mark.parametrize(("wrong", "words"), WRONG)
def test_what_cannot_be_saved_is_said_with_what_was_typed(keeper, looked, wrong, words):
    answer = keeper.post(f"{looked}/save", **{**made.FIELDS, **wrong})
    assert answer.status_code == 422
    assert words in answer.text
    assert "国办发〔2016〕61号</textarea>" in answer.text
    assert sources() == []


def test_a_social_channel_is_confirmed_to_be_no_persons_account(keeper, looked):
    keeper.post(f"{looked}/save", **{**made.FIELDS, "channel": "weibo", "not_personal": "1"})
    assert made.one(1).channel == "weibo"
    assert made.journaled("add_source")[0]["not_personal"] is True
    assert "个人账号不能监测" in keeper.text("/sources/new")


def test_a_known_address_is_shown_and_not_saved_twice(keeper, looked, clock):
    made.source(clock.now, "早就有的", url=made.LIST["url"])
    page = keeper.text(looked)
    assert "这个网址已经登记过" in page
    assert "早就有的" in page
    answer = keeper.post(f"{looked}/save", **made.FIELDS)
    assert answer.status_code == 422
    assert len(sources()) == 1


def test_a_look_belongs_to_who_asked(keeper, looked, signed_in):
    other = signed_in("system_admin")
    assert other.get(looked).status_code == 404
    assert other.get("/sources/asks/1").status_code == 404
    assert other.post(f"{looked}/save", **made.FIELDS).status_code == 404
    assert other.post(f"{looked}/again", row="x").status_code == 404


def test_a_known_source_is_read_anew_and_keeps_what_it_brought(keeper, clock):
    source_id = made.source(
        clock.now,
        "改版的",
        url="https://old.example/",
        kind="list",
        options={"row": "li.old"},
        etag='"1"',
        secret="密文",
    )
    keeper.post("/sources/look", url="https://old.example/", source=source_id, same="1")
    assert made.asks()[0].asked == {
        "url": "https://old.example/",
        "source_id": source_id,
        "kind": "list",
        "options": {"row": "li.old"},
    }
    made.answer(1, clock.now, made.LIST)
    page = keeper.text("/sources/look/1")
    assert "用在 改版的" in page
    assert "/save" not in page
    clock.forward(minutes=1)
    assert keeper.post("/sources/look/1/use").headers["Location"] == f"/sources/{source_id}"
    one = made.one(source_id)
    assert (one.url, one.options, one.name) == (made.LIST["url"], made.LIST["options"], "改版的")
    assert (one.etag, one.fetch_at, one.secret) == (None, clock.now, None)
    assert one.last_ok_at is not None
    assert "原来的 Cookie 已删除" in keeper.text(f"/sources/{source_id}")
    assert made.journaled("read_source_anew") == [{"kind": "list"}]
