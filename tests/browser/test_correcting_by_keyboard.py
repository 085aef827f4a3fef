"""改判 in a real browser by keyboard alone: from the list, the shown verdict changes and the row stays chosen."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import screen_matters as made
from playwright.sync_api import Page, expect
from services.browsing import PASSWORD, served, sign_in

from store import db, office, people
from store.db import reading, transaction
from store.tables import Correction, Person, Unit

TITLES = ("电梯停运老人被困", "奶茶店过期原料", "天气转凉")

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)


@pytest.fixture
def address(sqlite_url: str, tmp_path: Path) -> Iterator[str]:
    """The address of a running service with three judged articles."""
    db.connect(sqlite_url)
    now = datetime.now(UTC)
    with transaction() as session:
        office.beat(session, "clock", now)
        session.add_all(Unit(name=name, rank=rank) for rank, name in enumerate(("食品安全科", "特种设备科")))
        keeper = Person(name="值班员A", username="duty", role="duty", email="a@office.example")
        people.set_password(keeper, PASSWORD)
        session.add(keeper)
    source = made.source(now, "清源论坛")
    for title in TITLES:
        made.article(source, now, title)
    with served(sqlite_url, tmp_path) as at:
        yield at
    db.disconnect()


def test_a_verdict_is_corrected_by_keyboard_from_the_list(page: Page, address: str) -> None:
    sign_in(page, address, "duty")
    page.goto(f"{address}/articles?words=原料")
    chosen = page.locator('.articles > li[aria-current="true"]')
    expect(chosen).to_contain_text(TITLES[1])
    preview = page.locator("#preview")
    expect(preview.locator("dl").first).to_contain_text("食品安全科")
    page.keyboard.press("g")
    expect(preview.locator("form")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(preview.locator("input[name=relevant][value=no]")).to_be_checked()
    page.keyboard.press("Escape")
    expect(preview.locator("form")).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("ArrowLeft")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(preview.locator("select[name=unit]")).to_have_value("特种设备科")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("是设备的事")
    page.keyboard.press("Enter")
    expect(page.locator(".flash")).to_contain_text("已改判")
    expect(chosen).to_contain_text("特种设备科")
    expect(chosen.locator(".by-hand")).to_have_text("改")
    expect(preview).to_contain_text("人工改判")
    with reading() as session:
        kept = session.get_one(Correction, 1)
        assert (kept.unit, kept.relevant, kept.why) == ("特种设备科", True, "是设备的事")
