"""Adding a source by its address in a real browser: the page waits by itself, shows what was found, and saves it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from services.browsing import PASSWORD, web
from sqlalchemy import select

from store import db, office, people
from store.db import transaction
from store.tables import Ask, Person, Source

FOUND = {
    "url": "https://www.dongling.example/xw/",
    "kind": "list",
    "kind_label": "网页列表",
    "name": "东岭区新闻",
    "options": {"row": "ul.news > li", "link": "a"},
    "found": 2,
    "items": [{"title": "节前食品安全检查", "link": "https://www.dongling.example/1", "published": None}],
    "steps": [{"what": "打开网址", "words": "HTTP 200", "good": True}],
}

pytestmark = pytest.mark.browser
expect.set_options(timeout=15_000)


@pytest.fixture
def address(sqlite_url: str, tmp_path: Path) -> Iterator[str]:
    """The address of a running `huiying web` over an office with one keeper of sources."""
    db.connect(sqlite_url)
    with transaction() as session:
        for name in ("clock", "worker"):
            office.beat(session, name, datetime.now(UTC))
        keeper = Person(name="办公室B", username="office", role="office")
        people.set_password(keeper, PASSWORD)
        session.add(keeper)
    with web(sqlite_url, tmp_path) as at:
        yield at
    db.disconnect()


def _answer(number: int, **values: object) -> None:
    """Write into the question what a worker would."""
    with transaction() as session:
        row = session.scalars(select(Ask).order_by(Ask.id)).all()[number - 1]
        for name, value in values.items():
            setattr(row, name, value)


def test_a_source_is_added_by_its_address(page: Page, address: str) -> None:
    page.goto(f"{address}/sources/new")
    page.get_by_label("用户名").fill("office")
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_label("网址", exact=True).fill("https://www.dongling.example/xw/")
    page.get_by_role("button", name="查看").click()

    expect(page.locator("#waiting")).to_contain_text("等抓取进程接手")
    _answer(1, attempts=1)
    expect(page.locator("#waiting")).to_contain_text("正在打开网址并辨认")
    _answer(1, answer=FOUND, answered_at=datetime.now(UTC), ask_at=None)
    expect(page.get_by_role("heading", name="看到 2 条，网页列表")).to_be_visible()
    expect(page.get_by_role("link", name="节前食品安全检查")).to_be_visible()

    page.get_by_label("每一行").fill("div.list > p")
    page.get_by_role("button", name="按这些选择器再看").click()
    expect(page.locator("#waiting")).to_be_visible()
    found = FOUND | {"options": {"row": "div.list > p", "link": "a"}, "found": 9}
    _answer(2, answer=found, answered_at=datetime.now(UTC), ask_at=None)
    expect(page.get_by_role("heading", name="看到 9 条，网页列表")).to_be_visible()
    expect(page.get_by_label("每一行")).to_have_value("div.list > p")

    confirm = page.get_by_label("这不是个人账号")
    expect(page.get_by_label("名称", exact=True)).to_have_value("东岭区新闻")
    expect(confirm).to_be_hidden()
    page.locator("select[name=channel]").select_option("weibo")
    expect(confirm).to_be_visible()
    confirm.check()
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator(".flash")).to_contain_text("已登记，马上抓取第一次")
    expect(page.get_by_role("heading", name="东岭区新闻")).to_be_visible()
    with transaction() as session:
        one = session.scalars(select(Source)).one()
        assert (one.kind, one.options, one.channel) == ("list", {"row": "div.list > p", "link": "a"}, "weibo")

    page.goto(f"{address}/sources")
    expect(page.locator(".table.sources")).to_contain_text("从未连通")
    page.get_by_role("link", name="未登记依据 1").click()
    expect(page.locator(".table.sources")).to_contain_text("东岭区新闻")
