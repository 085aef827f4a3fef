"""Walks every route: what is sealed reaches nobody but 纪检 and the handler, wherever it stands or is spoken of."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
import screen_matters as made
from flask import Flask
from sqlalchemy import select

from alerts import clock as alarm_clock
from alerts.digest_facts import content_of
from dashboard.auth.rules import PUBLIC, rule_of
from domain.case import Level
from domain.seal import TITLE
from domain.workdays import beijing_day
from store import files, handover, leads, people, seals, watch_hits
from store.db import reading, transaction
from store.tables import (
    Approval,
    Article,
    Assignment,
    Attachment,
    Bounce,
    Case,
    Digest,
    DutyEntry,
    Handover,
    Inbound,
    Lead,
    Notice,
    Person,
    ReportBack,
    Seal,
    Transfer,
    Unit,
    UpwardReport,
)

SECRET = "绝密举报字样"
SEALED = replace(made.NEGATIVE, sealed="staff", about="特种设备科", reasons=made.NEGATIVE.reasons)
ADMINS = ("system_admin", "security_admin", "audit_admin")
ONCE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What screens show does not depend on the database; what they ask of it is asked on both by the other tests."""
OTHERS = ("duty", "office", "leader", "section", *ADMINS)


def sealed_lead(now) -> int:
    """A lead sealed by its verdict, before anybody saw it."""
    article = made.article(made.source(now, "局长信箱"), now, f"{SECRET}：工作人员王某", SEALED, text=f"{SECRET}正文")
    return made.propose(article, now, "sealed-lead")


def confirmed(lead_id: int, now, title: str | None = None) -> int:
    """Make a case of a lead; return its id."""
    with transaction() as session:
        case = leads.confirm(
            session,
            session.get_one(Lead, lead_id),
            made.person(session, "duty"),
            now,
            unit=session.scalars(select(Unit).where(Unit.name == "食品安全科")).one(),
            level=Level.YELLOW,
            emergency=False,
            title=title,
        )
        return case.id


def sealed_case(now) -> int:
    """A case of a sealed lead; its title is written anew by who confirms it, and all that is written about it since."""
    article = made.article(made.source(now, "热线"), now, f"{SECRET}二", SEALED, text=SECRET, link=f"urn:{now}")
    return confirmed(made.propose(article, now, "sealed-case"), now, f"{SECRET}改写的标题")


def opened_case(now) -> int:
    """A case that was known, told and reported before the office seals it by hand."""
    article = made.article(made.source(now), now, f"{SECRET}三", text=f"{SECRET}正文三", link="urn:3")
    case_id = confirmed(made.propose(article, now, "known"), now)
    made.watch(now, "窗口作风")
    made.notice(case_id, "section", now)
    with transaction() as session:
        case = session.get_one(Case, case_id)
        article = session.get_one(Article, case.lead.article_id)
        watch_hits.write(session, {article.id: {1: [(0, 6)]}}, now, {})
        told = session.scalars(select(Notice)).first()
        told.subject, told.text = f"请反馈：{SECRET}三", f"正文{SECRET}三"
        day = beijing_day(now)
        session.add(
            Digest(
                day=day,
                year=2026,
                number=1,
                total=1,
                made_at=now,
                content=json.loads(json.dumps(content_of(session, day, now))),
            )
        )
        duty = made.person(session, "duty")
        handover.make(session, duty, now)
    with transaction() as session:
        seals.by_hand(session, session.get_one(Case, case_id), made.person(session, "office"), "投诉工作人员", now)
    return case_id


def speak(case_id: int, now, folder) -> None:
    """Let people write about a case wherever they can."""
    with transaction() as session:
        case = session.get_one(Case, case_id)
        by = made.person(session, "duty").id
        said = {"case_id": case_id, "unit_id": case.unit_id}
        session.add(Assignment(**said, part="co", at=now, by=by, why=SECRET))
        session.add(Bounce(**said, asked_at=now, recorded_at=now, recorded_by=by, how="电话", reason=SECRET))
        session.add(
            Approval(
                case_id=case_id, leader_id=by, at=now, how="电话请示", words=SECRET, recorded_at=now, recorded_by=by
            )
        )
        session.add(
            Transfer(case_id=case_id, receiver="某单位", reason=SECRET, sent_at=now, recorded_at=now, recorded_by=by)
        )
        session.add(
            UpwardReport(
                lead_id=case.lead_id, kind="first", number=0, at=now, text=SECRET, recorded_at=now, recorded_by=by
            )
        )
        kept = files.keep(folder / files.ATTACHMENTS, SECRET.encode())
        report = ReportBack(**said, at=now, recorded_at=now, how="邮件回复", text=SECRET)
        report.attachments = [Attachment(name="说明.txt", media_type="text/plain", size=7, sha256=kept)]
        session.add(report)
        session.add(Attachment(lead_id=case.lead_id, name="图.png", media_type="image/png", size=7, sha256=kept))
        session.add(
            DutyEntry(
                at=now,
                recorded_at=now,
                person_id=by,
                kind="call",
                caller=SECRET,
                words=SECRET,
                action=SECRET,
                lead_id=case.lead_id,
            )
        )
        session.flush()
        about = session.scalars(select(Notice).where(Notice.lead_id == case.lead_id)).first()
        session.add(
            Inbound(
                message_id=f"<{case_id}@x>",
                at=now,
                sender="a@demo.invalid",
                subject=f"答复：{SECRET}（舆情〔{case.year}〕{case.number}号）",
                kind="report",
                notice_id=about.id if about else None,
                words=SECRET,
                waits=True,
            )
        )


MATTERS = {"case_id": (1, 2), "lead_id": (1, 2, 3), "article_id": (1, 2, 3), "seal_id": (1, 2, 3), "notice_id": (1, 2)}
"""Numbers that stand for something sealed; any other number is 1."""
ASKED = {
    "/articles": (f"?words={SECRET}", "?relevant=1"),
    "/cases": ("?state=leads", "?state=all"),
    "/letters": ("?kind=integrity",),
    "/dutylog/export": ("?from=2026-01-01&to=2026-12-31",),
}
"""What lists are asked beside being opened."""


def routes(app: Flask, method: str, role: str) -> Iterator[str]:
    """Yield the addresses of every route of a method that a role may use, with numbers of what is sealed."""
    for rule in app.url_map.iter_rules():
        roles = rule_of(rule.endpoint, app.view_functions[rule.endpoint]) or frozenset()
        if method not in (rule.methods or ()) or roles == PUBLIC or role not in roles:
            continue
        names = set(rule.arguments) & set(MATTERS)
        for n in MATTERS[names.pop()] if names else (1,):
            yield re.sub(r"<int:\w+>", str(n), rule.rule)
        yield from (f"{rule.rule}{query}" for query in ASKED.get(rule.rule, ()))


@pytest.fixture
def matters(app, clock, settings):
    """One sealed lead, one sealed case, one case sealed afterwards, all of them spoken of; told by the clock."""
    with transaction() as session:
        unit = session.scalars(select(Unit).where(Unit.name == "食品安全科")).one()
        people.appoint(session, "duty_officer", made.person(session, "duty"))
        people.appoint(session, "office_director", made.person(session, "office"))
        people.appoint(session, "liaison", made.person(session, "section"), unit)
    ids = [opened_case(clock.now), sealed_case(clock.now)]
    lead_id = sealed_lead(clock.now)
    for case_id in ids:
        speak(case_id, clock.now, settings.data_dir)
    for minutes in (0, 31, 120):
        alarm_clock.tick(clock.forward(minutes=minutes))
    return lead_id, *ids


@ONCE
def test_nothing_sealed_is_shown_by_any_route_to_others(app, clock, signed_in, matters):
    walked = set()
    for role in OTHERS:
        one = signed_in(role)
        # What a role before saw at an address is what this one sees of it, but for the forms.
        for address in [each for each in routes(app, "GET", role) if role in ("duty", "section") or each not in walked]:
            walked.add(address)
            text = one.client.get(address, follow_redirects=True).text
            assert SECRET not in text.replace(f'value="{SECRET}"', "").replace(f'data-words="{SECRET}"', ""), (
                role,
                address,
            )
    assert len(walked) > 70


@ONCE
def test_no_answer_to_a_form_shows_what_is_sealed(app, clock, signed_in, matters):
    one = signed_in("duty")
    for address in routes(app, "POST", "duty"):
        if address not in ("/logout", "/password") and "/seals/" not in address:
            answer = one.client.post(address, data={"csrf": one.csrf, "reason": "核对原文"}, follow_redirects=True)
            assert SECRET not in answer.text, address
            assert answer.status_code < 500, address


def test_no_notice_digest_or_handover_carries_what_is_sealed(app, clock, matters):
    with reading() as session:
        for notice in session.scalars(select(Notice)):
            assert SECRET not in f"{notice.subject}{notice.text}{notice.html}{notice.short}", notice.topic
        told = [notice for notice in session.scalars(select(Notice)) if notice.lead_id]
        assert any("舆情〔2026〕" in notice.text or "待研判" in notice.text for notice in told)
        for kept in (*session.scalars(select(Digest)), *session.scalars(select(Handover))):
            assert SECRET not in json.dumps(kept.content, ensure_ascii=False)
            assert TITLE in json.dumps(kept.content, ensure_ascii=False)
        fresh = content_of(session, beijing_day(clock.now), clock.now)
        assert SECRET not in json.dumps(fresh, ensure_ascii=False, default=str)


def test_discipline_and_the_handler_read_it_the_writer_only_the_handler(app, clock, signed_in, matters):
    with transaction() as session:
        people.appoint(session, "discipline", made.person(session, "leader"))
        row = session.scalars(select(Article).where(Article.title == TITLE)).first()
        text = session.scalars(select(Seal).where(Seal.id == row.seal_id)).one().texts[0]
        text.content = text.content | {"author": "来信人甲"}
        seal_id = row.seal_id
    keeper, section, duty = signed_in("leader"), signed_in("section"), signed_in("duty")
    page = keeper.text(f"/seals/{seal_id}")
    assert SECRET in page
    assert "来信人只对承办人显示" in page
    assert "来信人甲" not in page
    assert section.get(f"/seals/{seal_id}").status_code == 404
    assert SECRET not in duty.text(f"/seals/{seal_id}")
    with reading() as session:
        handler = made.person(session, "section").id
    assert keeper.post(f"/seals/{seal_id}/handler", handler=handler).status_code == 302
    assert "来信人甲" in section.text(f"/seals/{seal_id}")
    assert SECRET in section.text(f"/seals/{seal_id}")


def test_office_opens_a_seal_with_a_reason_and_duty_cannot(app, clock, signed_in, matters):
    _, case_id, _ = matters
    with reading() as session:
        seal_id = session.get_one(Case, case_id).seal_id
    duty, office = signed_in("duty"), signed_in("office")
    assert duty.post(f"/seals/{seal_id}/open", why="想看").status_code == 422
    assert office.post(f"/seals/{seal_id}/open", why="").status_code == 422
    assert office.post(f"/seals/{seal_id}/open", why="经纪检研究不属密封范围").status_code == 302
    for address in (
        f"/cases/{case_id}",
        "/",
        "/cases",
        "/articles",
        "/dutylog",
        "/inbound",
        "/dutylog/export?from=2026-01-01&to=2026-12-31",
    ):
        assert SECRET in duty.text(address), f"{address} shows what is not sealed: the walk would find it"
    with reading() as session:
        assert session.get_one(Seal, seal_id).opened_why == "经纪检研究不属密封范围"
        assert session.get_one(Case, case_id).seal_id is None


def test_the_board_and_the_ledger_keep_number_and_clock(app, clock, signed_in, matters):
    lead_id, known, other = matters
    duty = signed_in("duty")
    ledger = duty.text("/cases?state=all")
    assert ledger.count(TITLE) >= 2
    assert "舆情〔2026〕1号" in ledger
    for case_id in (known, other):
        page = duty.text(f"/cases/{case_id}")
        assert "还剩" in page or "data-due" in page
        assert "登记发布" in page, "the duty officer can still stop the clock"
    assert TITLE in duty.text("/")
    assert "确认立项" in duty.text(f"/leads/{lead_id}")


def test_sealing_by_hand_needs_a_right_and_a_reason(app, clock, signed_in):
    case_id = made.case(clock.now, "窗口的事")
    duty, office = signed_in("duty"), signed_in("office")
    assert (
        "只有纪检和办公室可以密封"
        in duty.client.post(
            f"/seals/cases/{case_id}", data={"csrf": duty.csrf, "why": "投诉人员"}, follow_redirects=True
        ).text
    )
    assert (
        "请写明密封理由"
        in office.client.post(
            f"/seals/cases/{case_id}", data={"csrf": office.csrf, "why": " "}, follow_redirects=True
        ).text
    )
    assert office.post(f"/seals/cases/{case_id}", why="投诉人员").status_code == 302
    assert "窗口的事" not in duty.text(f"/cases/{case_id}")
    assert "窗口的事</a>" not in duty.text("/articles?words=窗口")
    with reading() as session:
        assert session.scalars(select(Person).where(Person.role == "office")).one()


def test_discipline_is_told_of_a_sealed_lead_beside_the_duty_officer(app, clock):
    with transaction() as session:
        people.appoint(session, "duty_officer", made.person(session, "duty"))
        people.appoint(session, "discipline", made.person(session, "leader"))
    made.lead(clock.now, "平常的事")
    sealed_lead(clock.now)
    alarm_clock.tick(clock.forward(seconds=1))
    with reading() as session:
        told = [
            (notice.person.username, TITLE in notice.subject)
            for notice in session.scalars(select(Notice).order_by(Notice.id))
        ]
    assert sorted(told) == [("duty", False), ("duty", True), ("leader", True)]
