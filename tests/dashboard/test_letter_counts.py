"""来件统计: GZ2's four kinds with counts and on-time rate, every number clickable; themes; the filters of the list."""

from dataclasses import replace
from datetime import timedelta

import screen_matters as made

from domain.case import Level
from domain.verdict import LETTERS, letter_kind
from store import cases, leads, letter_counts
from store.db import reading, transaction
from store.tables import Case, Lead, Unit

LETTER = replace(made.NEGATIVE, themes=("food",), vital_interest=True, must_respond="vital_interest")


def letter(now, title: str, key: str | None = None, **said: object) -> int:
    """Store a letter with its verdict; with a key also the case it becomes; return the case's id."""
    with reading() as session:
        source = session.query(made.Source).filter_by(channel="message").first()
    source_id = source.id if source else made.source(now, "局长信箱", channel="message")
    article = made.article(source_id, now, title, replace(LETTER, **said))
    if key is None:
        return article
    lead_id = made.propose(article, now, key)
    with transaction() as session:
        unit = session.query(Unit).filter_by(name="食品安全科").one()
        lead = session.get_one(Lead, lead_id)
        person = made.person(session, "duty")
        return leads.confirm(session, lead, person, now, unit=unit, level=Level.YELLOW, emergency=False).id


def answered(case_id: int, now) -> None:
    with transaction() as session:
        act = cases.Act(kind="reply", at=now, channel="电话答复", publisher="本局", link=None, note=None)
        cases.record_release(session, session.get_one(Case, case_id), act, made.person(session, "duty"), now)


def test_gz2_four_kinds_of_letters_a_year_with_their_on_time_rate(app, clock, signed_in):
    """GZ2: 咨询 350 件、廉政举报及行政投诉 37 件、案件举报 367 件、合理化建议 43 件，均在规定时间给予答复."""
    early = clock.now
    in_time = letter(early, "投诉一", "a", intent="投诉")
    late = letter(early, "举报二", "b", intent="举报")
    letter(early, "举报三", intent="举报")
    letter(early, "咨询四", intent="咨询")
    letter(early, "建议五", intent="建议")
    letter(early, "王科长收红包", "c", intent="举报", sealed="integrity")
    letter(early, "表扬六", intent="表扬")
    answered(in_time, clock.forward(hours=2))
    answered(late, clock.forward(days=20))
    with reading() as session:
        found = {one.kind: one for one in letter_counts.by_kind(session, 2026, clock.now)}
        assert {kind: one.letters for kind, one in found.items()} == {
            "question": 1,
            "integrity": 1,
            "case": 3,
            "suggestion": 1,
            "other": 1,
        }
        assert (found["case"].due, found["case"].on_time, found["case"].rate) == (2, 1, 0.5)
        assert (found["integrity"].due, found["integrity"].on_time) == (1, 0), "its limit ran out"
        assert found["question"].rate is None
        assert [one.letters for one in letter_counts.by_kind(session, 2025, clock.now)] == [0, 0, 0, 0, 0]
    duty = signed_in("duty")
    page = duty.text("/letters?year=2026")
    for label in LETTERS.values():
        assert label in page
    assert "50.0%" in page
    rows = duty.text("/letters?year=2026&kind=case")
    assert all(title in rows for title in ("投诉一", "举报二", "举报三"))
    assert "咨询四" not in rows
    assert "逾期" in rows
    assert "王科长" not in duty.text("/letters?year=2026&kind=integrity")


def test_gz2_the_year_is_that_of_beijing(app, clock):
    made.article(
        made.source(clock.now, "信箱", channel="message"), letter_counts.year_of(2026)[0] - timedelta(seconds=1)
    )
    with reading() as session:
        assert [
            sum(one.letters for one in letter_counts.by_kind(session, year, clock.now)) for year in (2025, 2026)
        ] == [1, 0]


def test_kinds_follow_intent_and_sealing():
    assert {intent: letter_kind(intent, None) for intent in ("咨询", "求助", "投诉", "举报", "建议", "表扬")} == {
        "咨询": "question",
        "求助": "question",
        "投诉": "case",
        "举报": "case",
        "建议": "suggestion",
        "表扬": "other",
    }
    assert letter_kind("咨询", "staff") == "integrity"


def test_dl5_themes_are_counted_and_each_number_opens_its_articles(app, clock, signed_in):
    letter(clock.now, "奶茶过期")
    letter(clock.now, "药店假药", themes=("drug", "quality"))
    with reading() as session:
        counted = {theme: (number, negative) for theme, number, negative in letter_counts.by_theme(session, 2026)}
    assert (counted["food"], counted["drug"], counted["quality"], counted["real_estate"]) == (
        (1, 1),
        (1, 1),
        (1, 1),
        (0, 0),
    )
    duty = signed_in("duty")
    assert "/articles?theme=drug" in duty.text("/letters")
    found = duty.text("/articles?theme=drug&since=2026-01-01&until=2026-12-31")
    assert "药店假药" in found
    assert "奶茶过期" not in found


def test_qz6_each_priority_filters_the_list_and_stands_in_the_judgement_form(app, clock, signed_in):
    reason = made.Reason("涉及群众切身利益：食堂", 0.0, "priority")
    must = made.Reason("必须回应：公众切身利益且影响较大", 0.0, "must_respond")
    letter(clock.now, "食堂的事", "k", reasons=(reason, must))
    letter(clock.now, "政策的事", vital_interest=False, major_decision=True, must_respond=None)
    duty = signed_in("duty")
    vital, major = duty.text("/articles?priority=vital_interest"), duty.text("/articles?priority=major_decision")
    assert "食堂的事" in vital
    assert "政策的事" not in vital
    assert "政策的事" in major
    assert "没有符合条件的信息" in duty.text("/articles?priority=public_concern")
    assert "食堂的事" in duty.text("/articles?must=vital_interest")
    assert "没有符合条件的信息" in duty.text("/articles?must=superior")
    page = duty.text("/articles/1")
    assert "涉及群众切身利益" in page
    assert "公众切身利益且影响较大" in page


def test_personal_data_are_a_chip_and_masked(app, clock, signed_in):
    source_id = made.source(clock.now)
    said = replace(made.NEGATIVE, personal=(("mobile", 8, 19), ("mobile", 20, 31)))
    made.article(source_id, clock.now, "奶茶店过期原料", said, text="13800138000、13900139000")
    page = signed_in("duty").text("/articles/1")
    assert "含个人信息：手机号 2 处" in page
    assert "13800138000" not in page


def test_who_wrote_a_letter_is_shown_to_the_unit_that_handles_it(app, clock, signed_in):
    case_id = letter(clock.now, "来信一", "w")
    article_id = made.article_of(case_id)
    with transaction() as session:
        session.get_one(made.Article, article_id).author = "来信人甲"
    assert "来信人甲" not in signed_in("duty").text(f"/articles/{article_id}")
    assert "来信人只对承办单位显示" in signed_in("leader").text(f"/articles/{article_id}")
    assert "来信人甲" in signed_in("section").text(f"/articles/{article_id}")
