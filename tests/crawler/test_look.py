"""A look at an address: each step, and the words for everything that may be wrong with it."""

from datetime import UTC, datetime

import pytest
from odd_server import Answer, odd_server
from strangers import getter_for, robots

from crawler.evidence import Keeper
from crawler.look import Looked, look
from crawler.visited import Kit
from store.imap import plain_dial

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
STORY = "清源市市场监管局对农贸市场的计量器具作了检查，发现三台电子秤超差，已责令停止使用并送检。" * 4
LIST = "".join(
    f'<li><a href="/a{n}.html">关于第{n}批食品抽检结果的公告</a><span>2026-11-{n:02}</span></li>' for n in range(1, 16)
)
FORM = '<form>用户名<input name="u">密码<input type="password" name="p"><button>登录</button></form>'


def page(body: str, head: str = "") -> Answer:
    text = f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"
    return lambda ask: ask.reply(body=text.encode(), Content_Type="text/html")


def plain(text: str, kind: str = "application/xml") -> Answer:
    return lambda ask: ask.reply(body=text.encode(), Content_Type=kind)


def feed(*entries: tuple[str, str]) -> Answer:
    items = "".join(
        f"<item><title>{at[5:16]}的消息</title><link>{link}</link><pubDate>{at}</pubDate></item>"
        for at, link in entries
    )
    return plain(f'<rss version="2.0"><channel><title>清源</title>{items}</channel></rss>')


def index(*addresses: str) -> Answer:
    maps = "".join(f"<sitemap><loc>{one}</loc></sitemap>" for one in addresses)
    return plain(f"<sitemapindex>{maps}</sitemapindex>")


@pytest.fixture
def server():
    with odd_server() as running:
        yield running


@pytest.fixture
def seen(server, tmp_path):
    """Look at a path of a stranger's site, or at an address."""
    with getter_for(server) as getter:
        kit = Kit(getter, Keeper(tmp_path), tmp_path / "secret", tmp_path, plain_dial)

        def one(place: str, **how) -> Looked:
            stranger = f"http://news.example:{server.server_port}"
            return look(kit, f"{stranger}{place}" if place.startswith("/") else place, lambda: NOW, **how)

        yield one


def steps(looked: Looked) -> dict[str, str]:
    return {step.what: step.words for step in looked.steps}


def troubles(looked: Looked) -> list[tuple[str, str]]:
    return [(step.what, step.words) for step in looked.steps if not step.good]


def test_a_feed_is_read_with_the_page_of_its_newest_entry(server, seen):
    server.answers["/feed"] = feed(("2026-11-01 09:00:00", "/old"), ("2026-11-21 10:30:00", "/new"))
    server.answers["/new"] = page(
        f"<h1>三台电子秤超差</h1><p>来源：清源日报 2026-11-21 10:30</p><div><p>{STORY}</p></div>"
    )
    told: list[str] = []
    looked = seen("/feed", tell=told.append)
    said = steps(looked)
    assert (looked.kind, looked.readable, troubles(looked)) == ("feed", True, [])
    assert said["robots.txt"] == "允许采集"
    assert said["条目"] == "读到 2 条，2 条有时间，2 条有链接"
    assert said["最新一条"] == "2026-11-21 10:30:00"
    assert "《三台电子秤超差》" in said["正文页"]
    assert server.hits("/old") == 0
    assert [words.partition(" ")[0] for words in told] == ["访问", "看是哪一种监测源", "访问"]


def test_a_list_is_proposed_with_its_reasons_and_read_as_registered(server, seen):
    server.answers["/list"] = page(f"<ul class=news>{LIST}</ul>", "<title>抽检公告</title>")
    looked = seen("/list")
    assert (looked.kind, looked.name, len(looked.items)) == ("list", "抽检公告", 15)
    assert looked.options["row"] == "ul.news > li"
    assert looked.reasons
    assert seen("/list", kind="list", options={"row": "ul.news > li", "link": "a"}).readable


def test_a_registered_list_whose_page_has_changed_says_so(server, seen):
    server.answers["/list"] = page(f"<ul class=news>{LIST}</ul>")
    looked = seen("/list", kind="list", options={"row": "table.old tr", "link": "a"})
    assert (looked.readable, troubles(looked)) == (False, [("条目", "网页结构已变化：找不到列表的行（table.old tr）")])


def test_an_index_of_maps_is_followed_one_step(server, seen):
    pages = "<urlset><url><loc>/a.html</loc><lastmod>2026-11-20</lastmod></url></urlset>"
    server.answers |= {"/index.xml": index("/map.xml", "/older.xml"), "/map.xml": plain(pages)}
    looked = seen("/index.xml")
    assert (looked.kind, looked.readable, len(looked.items)) == ("sitemap", True, 1)
    assert "指向 2 个地址" in steps(looked)["下级"]
    server.answers["/index.xml"] = index("/gone.xml")
    looked = seen("/index.xml")
    assert not looked.readable
    assert "404" in troubles(looked)[0][1]


WRONG = {
    "absent": (None, ("访问", "页面不存在（404），请核对地址")),
    "forbidden": (lambda ask: ask.reply(403), ("访问", "被拒绝访问（403），网站可能限制了采集")),
    "broken": (lambda ask: ask.reply(502), ("访问", "网站内部出错（502），稍后会再试")),
    "sign-in": (page(FORM, "<title>用户登录</title>"), ("访问", "网站要求登录，没有给出内容")),
    "captcha": (
        page('<p>请完成安全验证</p><div id="captcha"></div>'),
        ("访问", "网站要求人机验证（验证码页），没有给出内容"),
    ),
    "no list": (page(f"<p>{STORY}</p>"), ("类型", "不是订阅源，也没有看出列表，请给一条示例链接")),
    "PDF": (plain("%PDF-1.7", "application/pdf"), ("类型", "不是订阅源，也没有看出列表，请给一条示例链接")),
    "empty": (plain(""), ("类型", "不是订阅源，也没有看出列表，请给一条示例链接")),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_an_address_is_said_once_in_words(server, seen, name):
    answer, trouble = WRONG[name]
    if answer:
        server.answers["/it"] = answer
    looked = seen("/it")
    assert (looked.readable, looked.kind, troubles(looked)) == (False, None, [trouble])
    assert looked.as_answer()["steps"][-1] == {"what": trouble[0], "words": trouble[1], "good": False}


def test_what_robots_txt_forbids_is_not_asked_for(server, seen):
    server.answers |= {"/robots.txt": robots("User-agent: *\nDisallow: /list"), "/list": page(f"<ul>{LIST}</ul>")}
    looked = seen("/list")
    assert [what for what, _ in troubles(looked)] == ["robots.txt"]
    assert "robots.txt 不允许采集这个地址" in troubles(looked)[0][1]
    assert server.hits("/list") == 0


def test_the_office_s_own_machine_is_asked_without_robots_txt(server, seen):
    server.answers |= {"/robots.txt": robots("User-agent: *\nDisallow: /"), "/feed": feed()}
    looked = seen(server.url("/feed"))
    assert steps(looked)["robots.txt"] == "本单位的机器，不查"
    assert (looked.readable, troubles(looked)) == (True, [("条目", "能读，但现在一条也没有")])


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("ftp://news.example/", "链接不是 http 或 https 地址（ftp）"),
        ("清源日报", "链接不是 http 或 https 地址（缺少协议）"),
        ("http://user:pass@news.example/", "链接里带有用户名或口令，请去掉后再填"),
    ],
)
def test_what_is_no_address_is_asked_of_nobody(server, seen, address, words):
    assert troubles(seen(address)) == [("地址", words)]
    assert server.asked == []


def test_a_feed_that_is_not_one_any_more_and_a_page_that_is_gone_are_told_apart(server, seen):
    server.answers |= {"/page": page("<p>本栏目已停用</p>"), "/feed": feed(("2026-11-21 10:30:00", "/gone"))}
    assert troubles(seen("/page", kind="feed")) == [("条目", "返回的是网页，不是订阅源；请核对地址")]
    looked = seen("/feed")
    assert looked.readable
    assert troubles(looked) == [("正文页", "页面不存在（404），请核对地址")]


def test_an_example_that_stands_in_no_list_and_news_that_are_old_are_said(server, seen):
    server.answers |= {"/list": page(f"<ul class=news>{LIST}</ul>"), "/feed": feed(("2024-01-05 10:30:00", "/new"))}
    assert troubles(seen("/list", example="并不存在的一条")) == [("类型", "没有在页面里找到这条示例链接所在的列表")]
    assert ("最新一条", "2024-01-05 10:30:00") in troubles(seen("/feed"))


def test_a_page_that_offers_feeds_names_them(server, seen):
    link = '<link rel="alternate" type="application/rss+xml" title="要闻" href="/rss.xml">'
    server.answers["/home"] = page(f"<p>{STORY}</p>", link)
    looked = seen("/home")
    assert troubles(looked) == [("类型", "这是一个网页，它另外提供订阅源，见下")]
    assert [other["words"] for other in looked.others] == ["要闻"]
    assert looked.others[0]["url"].endswith("/rss.xml")
