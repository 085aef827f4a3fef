"""Links of releases are fetched: what is written beside the release, how often, and that no clock reopens."""

from datetime import UTC, datetime, timedelta

import pytest
from odd_server import odd_server
from sqlalchemy import select

from crawler.confirm import confirm_due
from crawler.jobs import close
from domain.case import Level
from store import cases, leads
from store.db import transaction
from store.settings import Settings
from store.tables import Case, Deadline, Person, Release, Unit

T = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def site():
    with odd_server() as running:
        yield running


@pytest.fixture
def settings(tmp_path, database, site):
    made = Settings.from_env(
        {
            "HUIYING_DATA_DIR": str(tmp_path),
            "DATABASE_URL": database,
            "HUIYING_ALLOW_PRIVATE_HOSTS": site.place,
            "HUIYING_FETCH_TIMEOUT": "5",
        }
    )
    yield made
    close(made)


@pytest.fixture
def case(database) -> int:
    """A confirmed matter with its 48 hours."""
    with transaction() as session:
        unit, person = Unit(name="食品安全科", rank=0), Person(name="值班员A", email="a@bureau.example")
        session.add_all([unit, person])
        session.flush()
        lead = leads.enter(session, person, T, title="网传某超市销售过期食品", text="", channel="news", unit=unit)
        return leads.confirm(session, lead, person, T, unit=unit, level=Level.YELLOW, emergency=False).id


def record(case_id: int, link: str | None) -> int:
    """Record a release with a link as the duty officer does; return its id."""
    with transaction() as session:
        person = session.scalars(select(Person)).one()
        act = cases.Act("release", T, "局网站", "清源市市场监督管理局", link)
        return cases.record_release(session, session.get_one(Case, case_id), act, person, T).id


def checked(release_id: int) -> Release:
    with transaction() as session:
        return session.get_one(Release, release_id)


def run(settings: Settings, at: datetime = T) -> int:
    return confirm_due(settings, lambda: at, 5)


def test_a_link_is_fetched_at_once_then_daily_for_a_week(settings, site, case):
    id_ = record(case, site.url("/release"))
    asked = len(site.asked)
    for hours in range(0, 24 * 9, 6):
        run(settings, T + timedelta(hours=hours))
    assert len(site.asked) - asked == 8
    found = checked(id_)
    assert (found.check_ok, found.check_words) == (True, "链接打得开：《关于学生腹泻情况的通报》")
    assert (found.checked_at, found.check_at, found.attempts) == (T + 7 * DAY, None, 0)


@pytest.mark.parametrize(
    ("path", "ok", "words"),
    [
        ("/release-moved", True, "链接已跳转到 {}/release：《关于学生腹泻情况的通报》"),
        ("/empty", True, "链接打得开：《只有标题 - 清源市》"),
        ("/pdf", True, "链接打得开"),
        ("/no-such-page", False, "链接打不开：页面不存在（404），请核对地址"),
        ("/forbidden", None, "系统看不到这个链接，请人工打开确认：被拒绝访问（403），网站可能限制了采集"),
        ("/to-metadata", None, "系统看不到这个链接，请人工打开确认："),
        ("/error", None, "暂时没有打开，稍后再试："),
    ],
)
def test_what_was_found_stands_beside_the_release_in_words(settings, site, case, path, ok, words):
    id_ = record(case, site.url(path))
    assert run(settings) == 1
    found = checked(id_)
    assert found.check_ok is ok
    assert found.check_words.startswith(words.format(f"http://{site.place}"))
    assert found.check_at > T


def test_a_site_that_fails_is_tried_three_times_before_the_link_is_called_broken(settings, site, case):
    id_ = record(case, site.url("/error"))
    at, seen = T, []
    for _ in range(3):
        run(settings, at)
        found = checked(id_)
        seen.append((found.check_ok, found.check_at - at))
        at = found.check_at
    assert seen == [(None, timedelta(minutes=10)), (None, timedelta(hours=1)), (False, DAY)]


def test_a_bad_link_reopens_no_clock(settings, site, case):
    record(case, site.url("/no-such-page"))
    run(settings)
    with transaction() as session:
        states = {one.rule: one.state for one in session.scalars(select(Deadline))}
        assert states == {"LEAD_CONFIRM": "met", "OTHER_RESPONSE": "met"}
        assert session.get_one(Case, case).state == "released"


def test_a_release_without_a_link_asks_for_nothing(settings, case):
    assert checked(record(case, None)).check_at is None
    assert run(settings) == 0


def test_a_corrected_link_is_fetched_anew(settings, site, case):
    id_ = record(case, site.url("/no-such-page"))
    run(settings)
    with transaction() as session:
        release, person = session.get_one(Release, id_), session.scalars(select(Person)).one()
        with pytest.raises(ValueError, match="http"):
            cases.correct_link(session, release, "javascript:alert(1)", person, T)
        cases.correct_link(session, release, site.url("/release"), person, T + timedelta(hours=1))
        assert (release.check_ok, release.check_words) == (None, None)
    assert run(settings, T + timedelta(hours=1)) == 1
    assert checked(id_).check_ok is True
