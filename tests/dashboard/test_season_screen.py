"""敏感时期 on the screen: proposals in one click, own days, the raised level; named on every page and handover."""

from datetime import date, timedelta

import pytest
import screen_matters as made
from accounts import account
from sqlalchemy import select

from domain.rota import shift_of
from store.db import reading, transaction
from store.tables import Deadline, JournalEntry, Season, Shift

OWN = {"name": "创建验收", "start": "2026-11-20", "end": "2026-11-22", "persons": 4, "judge_minutes": 10}
LEVEL = "敏感时期：创建验收（11月20日至11月22日），每班4人，线索10分钟内研判"


@pytest.fixture
def office(signed_in):
    """The office's browser."""
    return signed_in("office")


def known() -> list[tuple[str, int, int]]:
    with reading() as session:
        rows = session.scalars(select(Season).order_by(Season.start_on))
        return [(row.name, row.persons, row.judge_minutes) for row in rows]


def kept(number: int = 1) -> Season:
    with reading() as session:
        return session.get_one(Season, number)


def test_the_years_proposals_are_taken_over_with_one_click(office):
    page = office.text("/settings/seasons")
    assert "2026年的建议" not in page, "the year's last one is over"
    assert "2027年的建议" in page
    assert office.post("/settings/seasons/take", year=2027, name="春节").status_code == 302
    assert office.post("/settings/seasons/take", year=2027).status_code == 302
    assert len(known()) == 7
    assert set(known()) >= {("春节", 3, 15), ("国庆", 3, 15)}
    page = office.text("/settings/seasons")
    assert "已采用 6 个建议。" in page
    assert "2027年的建议" not in page
    assert "2027年9月28日至10月8日" in page
    office.post("/settings/seasons/take", year=2027)
    assert "这些建议已经登记过" in office.text("/settings/seasons")
    assert office.post("/settings/seasons/take", year=1999).status_code == 422


def test_an_own_season_is_added_changed_and_taken_away_with_its_journal(office):
    assert office.post("/settings/seasons", **OWN).status_code == 302
    assert known() == [("创建验收", 4, 10)]
    assert "<b>正在进行</b>" in office.text("/settings/seasons")
    changed = {**OWN, "end": "", "persons": 3, "judge_minutes": 20, "words": "市里通知"}
    assert office.post("/settings/seasons/1", **changed).status_code == 302
    assert (kept().end_on, kept().words, known()) == (date(2026, 11, 20), "市里通知", [("创建验收", 3, 20)])
    assert office.post("/settings/seasons/1/remove").status_code == 302
    assert known() == []
    with reading() as session:
        actions = session.scalars(select(JournalEntry.action).where(JournalEntry.object == "season-1")).all()
    assert actions == ["add_season", "change_season", "remove_season"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "名称"),
        ({"start": ""}, "请填写首日"),
        ({"start": "昨天"}, "首日看不懂"),
        ({"end": "2026-11-19"}, "不早于第一天"),
        ({"persons": 1}, "每班人数应为"),
        ({"persons": "x"}, "每班人数应为"),
        ({"judge_minutes": 31}, "不能比平时长"),
    ],
)
def test_what_is_no_season_is_refused_and_kept(office, wrong, words):
    answer = office.post("/settings/seasons", **{**OWN, "words": "留着的说明", **wrong})
    assert answer.status_code == 422
    assert words in answer.text
    assert "留着的说明" in answer.text
    office.post("/settings/seasons", **OWN)
    assert office.post("/settings/seasons/1", **{**OWN, **wrong}).status_code == 422


def test_every_page_names_the_raised_level_and_so_does_the_handover(office, duty):
    office.post("/settings/seasons", **OWN)
    assert LEVEL in duty.text("/cases")
    sheet = duty.post("/handovers").headers["Location"]
    assert f'<p class="raised">{LEVEL}</p>' in duty.text(sheet)
    assert "10分钟（敏感时期：创建验收）内未研判会提醒带班领导" in duty.text("/leads/new")


def test_a_lead_of_the_season_says_why_its_limit_is_shorter(office, duty, clock):
    ordinary = made.lead(clock.now, "平时的线索")
    office.post("/settings/seasons", **OWN)
    lead_id = made.lead(clock.now, "验收时的线索")
    page = duty.text(f"/leads/{lead_id}")
    assert "（敏感时期：创建验收，10分内）" in page
    assert "敏感时期：创建验收，10分内" not in duty.text(f"/leads/{ordinary}")
    with reading() as session:
        found = {row.lead_id: row.due_at - row.start_at for row in session.scalars(select(Deadline))}
    assert found == {ordinary: timedelta(minutes=30), lead_id: timedelta(minutes=10)}
    assert "现在为 10 分钟" in office.text("/settings/limits/LEAD_CONFIRM")


def test_the_rota_shows_who_is_missing_in_the_season_and_why(office, duty, clock):
    with transaction() as session:
        for n in range(-1, 16):
            start, end = shift_of(date(2026, 11, 20) + timedelta(days=n))
            for post, name in (("duty_officer", "duty"), ("duty_leader", "leader")):
                session.add(Shift(post=post, person_id=account(name).id, start_at=start, end_at=end))
    assert "空缺" not in duty.text("/rota").split('class="month"')[0]
    office.post("/settings/seasons", **OWN)
    page = duty.text("/rota")
    assert "未来 14 天有 1 处空缺" in page
    assert "每班应有4人，只排了2人（敏感时期：创建验收）" in page
    assert page.count("<b>还缺2人</b>") == 3
    assert "1 处人数不足" in office.text("/settings/seasons")


def test_others_look_and_change_nothing(office, signed_in):
    office.post("/settings/seasons", **OWN)
    admin = signed_in("system_admin")
    assert "敏感时期由办公室登记" in admin.text("/settings/seasons")
    assert "4 人" in admin.text("/settings/seasons/1")
    assert admin.post("/settings/seasons/1/remove").status_code == 403
