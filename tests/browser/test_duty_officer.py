"""One duty officer's minute in a real browser against the real `huiying web`, with nothing refused by the policy."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from services.browsing import PASSWORD, web
from sqlalchemy import select

from domain.case import Level
from domain.outlets import OutletFields
from domain.verdict import Opens, Sentiment, Verdict
from store import articles, events, leads, office, outlets, people, sources
from store.articles import NewArticle
from store.db import transaction
from store.tables import Article, Case, Lead, Person, Unit

WAITING = ("电梯困人无人处理", "奶茶店使用过期原料")

pytestmark = pytest.mark.browser
expect.set_options(timeout=15_000)


@pytest.fixture
def seeded(sqlite_url: str) -> Iterator[str]:
    """A database with a duty officer, a matter whose 5 h clock runs, and two leads."""
    from store import db

    db.connect(sqlite_url)
    now = datetime.now(UTC)
    with transaction() as session:
        office.set_fact(session, "name", "清源市市场监督管理局")
        office.beat(session, "clock", now)
        unit = Unit(name="食品安全科")
        officer = Person(name="值班员A", username="duty", role="duty")
        people.set_password(officer, PASSWORD)
        session.add_all([unit, officer])
        outlets.save(session, None, OutletFields("市政府网站", "superior", "gov.example.cn"), 1, "command", now)
        outlets.save(session, None, OutletFields("局网站", "website", "www.example.gov.cn"), 2, "command", now)
        sources.note_ok(sources.add_source(session, "https://news.example/feed", now, name="清源晚报"), now, 1)
    _matter(now, "实验小学多名学生呕吐", Opens.PROVISIONAL)
    with transaction() as session:
        lead, officer, unit = (session.get_one(kind, 1) for kind in (Lead, Person, Unit))
        leads.confirm(session, lead, officer, now, unit=unit, level=Level.RED, emergency=True)
    for minute, title in enumerate(WAITING):
        _matter(now - timedelta(minutes=2 - minute), title, Opens.LEAD)
    yield sqlite_url
    db.disconnect()


def _matter(now: datetime, title: str, opens: Opens) -> None:
    """Bring one article from its source to its lead."""
    verdict = Verdict(
        relevance=0.9,
        sections=("食品安全科",),
        sentiment=Sentiment.NEGATIVE,
        sentiment_score=-0.8,
        intent="投诉",
        topic=None,
        emergency=0.9 if opens is Opens.PROVISIONAL else 0.0,
        emergency_kind=None,
        casualties=None,
        rumour=0.0,
        place=(),
        ours=True,
        grave=opens is Opens.PROVISIONAL,
        opens=opens,
    )
    with transaction() as session:
        source = sources.listed(session)[0]
        item = NewArticle(f"https://news.example/{title}", title, "正文")
        made = articles.add_articles(session, source, [item], now, with_page=False)[0]
        articles.save_verdict(session, made.id, verdict, now)
        session.refresh(made, ["judged"])
        events.put(session, session.get_one(Article, made.id), events.Grouping(title, None, 1.0), now)


@pytest.fixture
def address(seeded: str, tmp_path: Path) -> Iterator[str]:
    """The address of a running `huiying web`."""
    with web(seeded, tmp_path) as at:
        yield at


# A picture made by the page itself lies in the real clipboard, as a screenshot does.
COPY = """async () => {
  const canvas = document.createElement("canvas");
  canvas.width = 320; canvas.height = 200;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff"; pen.fillRect(0, 0, 320, 200);
  pen.fillStyle = "#000"; pen.font = "20px sans-serif"; pen.fillText("网传截图", 24, 104);
  const png = await new Promise((done) => canvas.toBlob(done, "image/png"));
  await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
}"""


def test_a_pasted_text_and_screenshot_are_a_lead_within_fifteen_seconds(page: Page, address: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page.goto(f"{address}/leads/new")
    page.get_by_label("用户名").fill("duty")
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator("textarea[name=text]")).to_be_focused()
    page.evaluate(COPY)

    started = time.monotonic()
    page.keyboard.insert_text("东岭区实验小学多名学生午餐后呕吐。家长已报警 https://news.example/new")
    page.keyboard.press("Control+v")
    expect(page.locator("#thumbs li")).to_have_count(1)
    expect(page.locator("#recognised")).to_contain_text("news.example")
    words = page.locator("textarea[name=text]").input_value()
    page.locator("textarea[name=text]").fill("")
    page.keyboard.press("Control+Enter")
    assert page.locator("textarea:invalid").count() == 1, "a screenshot without a word is not sent, and not lost"
    page.locator("textarea[name=text]").fill(words)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="东岭区实验小学多名学生午餐后呕吐")).to_be_visible()
    expect(page.locator('[data-do="confirm"] form')).to_be_visible()
    assert page.locator(".pictures img").evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 320
    assert time.monotonic() - started < 15

    expect(page.locator("#waiting")).to_contain_text("正文正在抓取")
    expect(page.locator("select[name=unit]")).to_have_value("")
    with transaction() as session:
        article = session.scalars(select(Article).order_by(Article.id.desc())).first()
        article.page_at = article.judge_at = article.group_at = None
        session.scalars(select(Lead).order_by(Lead.id.desc())).first().unit_id = 1
    expect(page.locator("#waiting")).to_have_count(0)
    expect(page.locator("select[name=unit]")).to_have_value("1")


def test_a_duty_officers_minute(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("用户名").fill("duty")
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="在办时限")).to_be_visible()

    timer = page.locator(".clock .remaining").first
    before = timer.inner_text()
    assert re.fullmatch(r"4:59:\d\d", before)
    expect(timer).not_to_have_text(before, timeout=15_000)

    page.keyboard.press("j")
    expect(page.locator('.lead[aria-current="true"]')).to_contain_text(WAITING[0])
    page.keyboard.press("j")
    page.keyboard.press("n")
    page.keyboard.type("属其他部门")
    _matter(datetime.now(UTC), "新来的一条线索", Opens.LEAD)
    expect(page.locator(".leads")).to_contain_text("新来的一条线索", timeout=30_000)
    expect(page.locator('.lead[aria-current="true"] input[name=why]')).to_have_value("属其他部门")
    expect(page.locator('.lead[aria-current="true"] input[name=why]')).to_be_focused()
    page.keyboard.press("Escape")

    page.keyboard.press("k")
    page.keyboard.press("y")
    page.keyboard.press("Enter")
    expect(page.locator(".flash")).to_contain_text("已立为事项 舆情〔")
    expect(page.locator(".clocks")).to_contain_text(WAITING[0])

    page.locator(".clock", has_text="5小时发布").get_by_role("link", name="登记发布").click()
    expect(page.locator("select[name=kind]")).to_have_value("release")
    outlet = page.locator("select[name=outlet]")
    expect(page.get_by_label("其他渠道名称")).to_be_hidden()
    outlet.select_option("other")
    expect(page.get_by_label("其他渠道名称")).to_be_visible()
    outlet.select_option("")
    page.locator("#record input[name=link]").fill("https://www.example.gov.cn/1")
    expect(outlet.locator("option:checked")).to_have_text("局网站（门户网站）")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator(".flash")).to_contain_text("对应时限已停")
    with transaction() as session:
        met = [deadline.rule for deadline in session.get_one(Case, 1).deadlines if deadline.state == "met"]
        assert "AUTH_RELEASE" in met

    for place in ("/articles", "/sources", "/digests", "/cases", "/notices", "/leads/new", "/articles/1"):
        page.goto(address + place)
        expect(page.locator("footer")).to_contain_text("严禁处理涉密信息")
