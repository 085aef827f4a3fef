"""The demo city's month, played once: matters at every point of their clocks, every mail sent, every screen fits."""

from datetime import timedelta

import pytest
import walking
from playwright.sync_api import sync_playwright
from services.chromium import FLAGS
from sqlalchemy import func, select

from dashboard import create_app
from huiying.demo.acts import read_acts, unused
from huiying.demo.load import load
from huiying.demo.texts import read_texts
from huiying.folder import read_folder
from store import db, entering, handover, journal, people, pictures
from store.db import reading, transaction
from store.settings import SettingError, Settings
from store.tables import Article, Case, Deadline, Digest, DutyEntry, Lead, Notice, Stage

PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "data"
    folder.with_name("data.unfinished").mkdir()
    settings = Settings.from_env({"HUIYING_DATA_DIR": str(folder)})
    said: list[str] = []
    ready = load(settings, said.append)
    assert said
    db.connect(settings.database_url)
    yield settings, ready
    db.disconnect()


def test_every_story_is_about_something():
    stories, calls = read_acts()
    assert unused(stories, {**{text.key: text for text in read_texts()}, **{call.key: call for call in calls}}) == []


@pytest.mark.timeout(300)
def test_the_month_leaves_matters_at_every_point_of_their_clocks(demo):
    _, ready = demo
    at = ready.folder.made_at
    assert ready.folder.demo
    with reading() as session:
        open_ = list(session.scalars(select(Deadline).where(Deadline.state == "open", Deadline.ladder == "duty")))
        met = set(
            session.scalars(select(Deadline.rule).where(Deadline.state == "met", Deadline.met_at <= Deadline.due_at))
        )
        late = [d for d in open_ if d.found_late]
    left = {d.id: d.due_at - at for d in open_ if not d.found_late}
    half = [d for d in open_ if timedelta() < d.due_at - at < (d.due_at - d.start_at) / 2]
    assert any(t < timedelta() for t in left.values()), "none is overdue"
    assert any(timedelta() < t < timedelta(hours=1) for t in left.values()), "none is in its last hour"
    assert half
    assert late
    assert all(d.handle_by is not None and d.handle_by > at for d in late)
    assert any(d.rule == "MSG_REPLY" for d in open_)
    assert {"AUTH_RELEASE", "PRESS_CONF", "OTHER_RESPONSE", "MSG_REPLY"} <= met


def test_every_notice_arrived_as_a_mail(demo):
    settings, _ = demo
    with reading() as session:
        sent = session.scalar(select(func.count()).select_from(Notice).where(Notice.state == "sent"))
        waiting = session.scalar(select(func.count()).select_from(Notice).where(Notice.state == "pending"))
    assert len(list((settings.data_dir / "mail").glob("*.eml"))) == sent
    assert sent
    assert waiting == 0


def test_the_month_has_its_digests_and_an_unbroken_journal(demo):
    with reading() as session:
        assert (session.scalar(select(func.count()).select_from(Digest)) or 0) >= 25
        assert journal.first_broken(session) is None
        assert session.scalar(select(func.count()).select_from(Stage).where(Stage.nobody)) == 0
        cases = list(session.scalars(select(Case)))
        assert sorted(case.number for case in cases) == list(range(1, len(cases) + 1))
        assert session.scalar(select(func.count()).select_from(Lead).where(Lead.state == "dismissed"))


def test_calls_are_entered_as_a_duty_officer_enters_them(demo):
    """A call is an article of the entry source: judged, grouped, and the reasons stand beside the lead."""
    _, calls = read_acts()
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Lead).where(Lead.article_id.is_(None))) == 0
        found = {
            lead.title: lead for lead in session.scalars(select(Lead)) if lead.title in {one.title for one in calls}
        }
        assert len(found) == len(calls)
        for lead in found.values():
            article = session.get_one(Article, lead.article_id)
            assert (article.source.kind, article.judge_at, article.group_at) == (entering.KIND, None, None)
            assert lead.event_id == article.event_id is not None
            assert {reason["about"] for reason in lead.reasons} > {"entered"}
            assert lead.case is not None
        gas = next(lead for title, lead in found.items() if "液化气瓶" in title)
        assert gas.suspected, "the words of a grave call start the clocks at once"
        assert session.scalar(select(func.count()).select_from(DutyEntry).where(DutyEntry.lead_id.is_not(None))) == 4


ROLES = {
    "zhuren-d": 3,
    "zhiban-a": 1,
    "fenguan-e": 1,
    "lly-shipin": 2,
    "admin": 2,
    "anquan": 2,
    "shenji": 2,
}
"""Somebody of every role, and how many screens of one route are looked at."""


@pytest.mark.browser
@pytest.mark.timeout(300)
def test_no_screen_scrolls_sideways_on_a_phone(demo, chromium):
    settings, ready = demo
    now = ready.folder.made_at
    with transaction() as session:
        officer = people.on_duty(session, "duty_officer", now)[0]
        handover.make(session, officer, now)
        lead = session.scalars(select(Lead).where(Lead.state == "confirmed").limit(1)).one()
        pictures.attach(session, lead, pictures.keep(settings.data_dir, [("截图" * 40 + ".png", PICTURE)], now))
        picture_case = lead.case.id
    app, wide, looked = create_app(settings), [], set()
    with walking.served(app) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for username, most in ROLES.items():
            page = walking.signed_in(browser, address, username, ready.password)
            for route, path in walking.walk(app, page, address, most, first=[f"/cases/{picture_case}"]):
                looked.add(route)
                wider = page.evaluate(walking.WIDER)
                wide += [(username, path, wider)] if wider else []
            page.close()
        browser.close()
    assert wide == []
    assert {"cases.page", "leads.page", "handovers.page", "rota.month", "journal.listing", "sources.page"} <= looked


def test_a_made_folder_is_not_made_again(demo):
    settings, ready = demo
    with pytest.raises(SettingError, match="演示"):
        load(settings, lambda _: None)
    db.connect(settings.database_url)
    folder = read_folder(settings)
    assert folder is not None
    assert folder.made_at == ready.folder.made_at
    assert not settings.data_dir.with_name("data.unfinished").exists()
