"""征求意见 and 消费预警 in a real browser: a refused rejection keeps its words in its place, print shows the text."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from services.browsing import PASSWORD, served, sign_in

from classifier.consulting import group_due
from domain.consultation import Fields
from domain.verdict import Opens, Sentiment, Verdict
from domain.workdays import DAY, beijing_day
from store import articles, consultations, db, office, people, sources, surge_warnings
from store.articles import NewArticle
from store.consultations import New
from store.db import transaction
from store.tables import Person, Unit

COMPLAINT = Verdict(
    relevance=0.9,
    sections=(),
    sentiment=Sentiment.NEGATIVE,
    sentiment_score=-0.5,
    intent="投诉",
    topic="商贸旅游",
    emergency=0.0,
    emergency_kind=None,
    casualties=None,
    rumour=0.0,
    place=("东岭区",),
    ours=True,
    grave=False,
    opens=Opens.NONE,
)

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)


@pytest.fixture
def address(sqlite_url: str, tmp_path: Path) -> Iterator[str]:
    """The address of the running application with six suggestions in two groups and one drafted warning."""
    db.connect(sqlite_url)
    now = datetime.now(UTC)
    with transaction() as session:
        office.set_fact(session, "name", "清源市市场监督管理局")
        office.beat(session, "clock", now)
        keeper = Person(name="办公室主任A", username="office", role="office", email="a@office.example")
        people.set_password(keeper, PASSWORD)
        unit = Unit(name="食品安全科", rank=0)
        session.add_all([keeper, unit])
        session.flush()
        _suggest(session, unit, keeper, now)
        _complain(session, now)
        surge_warnings.look(session, now)
    group_due(lambda: now)
    with served(sqlite_url, tmp_path) as at:
        yield at
    db.disconnect()


def _suggest(session, unit, keeper, now) -> None:
    today = beijing_day(now)
    row = consultations.save(session, None, Fields("管理办法", today - DAY * 9, today, unit.id), keeper.id, now)
    texts = [f"公平秤要经常检定，缺斤少两要罚，{n}" for n in range(5)] + ["停车位太少"]
    consultations.add(session, row, [New(f"t-{n}", text, "网页") for n, text in enumerate(texts)], keeper.id, now)


def _complain(session, now) -> None:
    source = sources.add_source(session, "https://news.example/feed", now - timedelta(days=70), name="清源热线")
    for days, many in ((70, 1), (0, 30)):
        at = now - timedelta(days=days, hours=1)
        items = [
            NewArticle(f"https://news.example/{days}-{n}", f"健身房不退款{n}", published_at=at) for n in range(many)
        ]
        for one in articles.add_articles(session, source, items, at, with_page=False):
            articles.save_verdict(session, one.id, COMPLAINT, at)


def test_a_refused_rejection_keeps_its_words_in_its_place_and_the_result_prints_alone(page: Page, address: str) -> None:
    sign_in(page, address, "office")
    page.goto(f"{address}/consultations/1")
    group = page.locator(".groups > li").first
    group.get_by_text("作出决定").click()
    group.get_by_label("不予采纳", exact=True).check()
    group.get_by_text("保存决定").click()
    group = page.locator(".groups > li").first
    expect(group.locator(".trouble")).to_contain_text("相对集中（5条及以上），不予采纳的要说明理由")
    expect(group.get_by_label("不予采纳", exact=True)).to_be_checked()
    group.locator("textarea").fill("计量法已有规定")
    group.get_by_text("保存决定").click()
    expect(page.locator(".groups .decided").first).to_have_text("不予采纳：计量法已有规定")
    page.goto(f"{address}/consultations/1/result")
    page.emulate_media(media="print")
    expect(page.locator(".paper")).to_be_visible()
    expect(page.locator(".right")).to_be_hidden()
    expect(page.locator("nav.side")).to_be_hidden()


def test_a_warning_with_gaps_is_kept_and_said_and_fits_a_phone(page: Page, address: str) -> None:
    sign_in(page, address, "office")
    page.goto(f"{address}/warnings")
    page.get_by_role("link", name="关于“商贸旅游”消费投诉增多的消费预警").click()
    page.get_by_role("button", name="送审").click()
    expect(page.locator(".trouble")).to_contain_text("还有5处没有填写")
    page.fill("textarea[name=text]", "理性办卡，保存凭证。")
    page.get_by_role("button", name="送审").click()
    expect(page.locator(".paper")).to_contain_text("理性办卡，保存凭证。")
    page.get_by_label("已作保密审查，可以公开").check()
    page.get_by_role("button", name="审核通过").click()
    expect(page.locator(".head .tag")).to_have_text("审核通过，待发布")
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
