"""A handover sheet signed by message: both are asked by mail, each signs by a link of their own or by replying 签收."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from alerts_story import confirm, propose
from returned_mail import reply
from services.smtp import MailServer
from sqlalchemy import select

from alerts import clock
from alerts.inbox import apply as applying
from alerts.sender import send_due
from domain.handover import GIVE, TAKE
from store import handover, journal
from store.db import reading, transaction
from store.handover_notices import given_how, topic
from store.people import appoint
from store.settings import Settings
from store.tables.notices import Inbound, Notice
from store.tables.people import Handover, Person, Shift

At = Callable[[float], datetime]
GIVER, TAKER = "duty_officer@qingyuan.example", "next@qingyuan.example"


@pytest.fixture
def people(office: dict[str, int], t0: datetime) -> dict[str, int]:
    """Two duty officers: 值班员A until a quarter past two, then 值班员B for a day."""
    change = t0 + timedelta(minutes=15)
    with transaction() as session:
        taker = Person(name="值班员B", email=TAKER, phone="13911111111")
        session.add(taker)
        session.flush()
        appoint(session, "duty_officer", taker)
        turns = ((office["duty_officer"], change - timedelta(days=1)), (taker.id, change))
        session.add_all(
            Shift(post="duty_officer", person_id=who, start_at=start, end_at=start + timedelta(days=1))
            for who, start in turns
        )
        return {**office, "next": taker.id}


def make(now: datetime, giver: int) -> int:
    with transaction() as session:
        return handover.make(session, session.get_one(Person, giver), now).id


def give(sheet_id: int, now: datetime, words: str = "") -> None:
    with transaction() as session:
        sheet = session.get_one(Handover, sheet_id)
        handover.give(session, sheet, sheet.giver, words, now)


def asked(sheet_id: int, part: str) -> Notice:
    """Return the notice that asks for a signature on a sheet as it is now."""
    with reading() as session:
        sheet = session.get_one(Handover, sheet_id)
        return session.scalars(select(Notice).where(Notice.topic == topic(sheet, part))).one()


def signatures(sheet_id: int) -> tuple[tuple[str, datetime | None], tuple[str | None, datetime | None]]:
    """Return how and when who gives and who takes over signed."""
    with reading() as session:
        sheet = session.get_one(Handover, sheet_id)
        assert journal.first_broken(session) is None
        return (given_how(session, sheet), sheet.given_at), (sheet.taken_how, sheet.taken_at)


def answers(sheet_id: int, part: str, text: str, settings: Settings, now: datetime) -> str:
    """Let whoever was asked for a signature reply to that mail."""
    notice = asked(sheet_id, part)
    raw = reply(text, sender=notice.address, answers=notice.message_id, message_id=f"<{now.timestamp()}@demo.invalid>")
    return applying.apply(raw, now, settings)


def waiting() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Inbound.words).where(Inbound.waits).order_by(Inbound.id)))


def test_both_get_the_sheet_with_a_link_of_their_own(
    people: dict[str, int], mailbox: MailServer, settings: Settings, t0: datetime, minutes: At
) -> None:
    confirm(propose(t0), t0)
    clock.tick(t0, settings)
    send_due(t0, None, settings)
    mailbox.mails.clear()
    sheet_id = make(t0, people["duty_officer"])
    for _ in range(2):
        clock.tick(minutes(1), settings)
        send_due(minutes(1), None, settings)
    mails = {address: mailbox.to(address)[0].message for address in (GIVER, TAKER)}
    assert len(mailbox.mails) == 2
    assert mails[GIVER]["Subject"] == "【交接班】请交班签字：值班员A6月10日14:00交班"
    assert mails[TAKER]["Subject"] == "【交接班】请接班签字：值班员A6月10日14:00交班"
    texts = [mails[address].get_body(("plain",)).get_content() for address in (GIVER, TAKER)]
    for text in texts:
        for words in (
            "在办时限 2",
            "清源一中多名学生饭后腹泻送医（舆情〔2026〕1号 · 5小时发布 · 食品安全科 · 到期6月10日 19:00）",
            "未签收的通知 1",
            "（联络员F · 发出6月10日 14:00）",
            "未办结事项 1",
            "沉默的监测源",
            "接班人：值班员B",
        ):
            assert words in text, words
        assert "回复" not in text, "no mailbox is read"
    links = [re.findall(r"https://yq\.qingyuan\.example/n/\S+", text) for text in texts]
    assert [len(found) for found in links] == [1, 1]
    assert links[0] != links[1]
    assert asked(sheet_id, TAKE).person_id == people["next"]


def test_a_mailbox_that_is_read_takes_signatures(
    people: dict[str, int], mailbox: MailServer, settings: Settings, t0: datetime
) -> None:
    sheet_id = make(t0, people["duty_officer"])
    clock.tick(t0, settings)
    send_due(t0, None, replace(settings, imap_url="imap://a:b@127.0.0.1:9/INBOX"))
    assert "也可以直接回复本邮件“签收”" in mailbox.to(TAKER)[0].message.get_body(("plain",)).get_content()
    assert sheet_id


def test_each_signs_by_replying(people: dict[str, int], settings: Settings, t0: datetime, minutes: At) -> None:
    sheet_id = make(t0, people["duty_officer"])
    clock.tick(t0, settings)
    assert answers(sheet_id, GIVE, "签收", settings, minutes(2)) == "ack"
    assert answers(sheet_id, TAKE, "1", settings, minutes(5)) == "ack"
    assert signatures(sheet_id) == (("回信签收", minutes(2)), ("回信签收", minutes(5)))
    assert waiting() == []


def test_who_takes_over_may_answer_first(people: dict[str, int], settings: Settings, t0: datetime, minutes: At) -> None:
    sheet_id = make(t0, people["duty_officer"])
    clock.tick(t0, settings)
    answers(sheet_id, TAKE, "签收", settings, minutes(1))
    assert signatures(sheet_id)[1] == (None, None)
    give(sheet_id, minutes(4))
    assert signatures(sheet_id) == (("本人登录签字", minutes(4)), ("回信签收", minutes(1)))


def test_what_was_added_after_the_answer_is_signed_again(
    people: dict[str, int], settings: Settings, t0: datetime, minutes: At
) -> None:
    sheet_id = make(t0, people["duty_officer"])
    clock.tick(t0, settings)
    answers(sheet_id, TAKE, "签收", settings, minutes(1))
    give(sheet_id, minutes(4), "请盯住五小时的事")
    assert signatures(sheet_id)[1] == (None, None)
    answers(sheet_id, TAKE, "签收", settings, minutes(6))
    assert signatures(sheet_id)[1] == ("回信签收", minutes(6))


def test_a_reply_that_says_more_signs_nothing_and_waits(
    people: dict[str, int], settings: Settings, t0: datetime, minutes: At
) -> None:
    sheet_id = make(t0, people["duty_officer"])
    clock.tick(t0, settings)
    give(sheet_id, minutes(1))
    answers(sheet_id, TAKE, "有两件事和现场说的不一样，先别交", settings, minutes(2))
    assert signatures(sheet_id)[1] == (None, None)
    assert waiting() == ["有两件事和现场说的不一样，先别交"]


def test_an_answer_to_a_sheet_made_anew_signs_nothing_and_says_why(
    people: dict[str, int], settings: Settings, t0: datetime, minutes: At
) -> None:
    sheet_id = make(t0, people["duty_officer"])
    clock.tick(t0, settings)
    old = asked(sheet_id, TAKE)
    make(minutes(3), people["duty_officer"])
    clock.tick(minutes(3), settings)
    assert asked(sheet_id, TAKE).id != old.id
    give(sheet_id, minutes(4))
    raw = reply("签收", sender=old.address, answers=old.message_id)
    applying.apply(raw, minutes(5), settings)
    assert signatures(sheet_id)[1] == (None, None)
    assert waiting() == ["签收\n（没有签上字：交接班单已经重新生成，请打开最新的一封通知签字）"]


def test_what_is_no_longer_to_be_signed_is_not_sent(
    people: dict[str, int], mailbox: MailServer, settings: Settings, t0: datetime, minutes: At
) -> None:
    sheet_id = make(t0, people["duty_officer"])
    clock.tick(t0, settings)
    make(minutes(1), people["duty_officer"])
    clock.tick(minutes(1), settings)
    give(sheet_id, minutes(1))
    send_due(minutes(1), None, settings)
    assert [mail.recipients for mail in mailbox.mails] == [(TAKER,)]
    with reading() as session:
        errors = session.scalars(select(Notice.error).where(Notice.state == "cancelled").order_by(Notice.id)).all()
    assert errors == ["交接班单已经重新生成，请打开最新的一封通知签字"] * 2 + ["已经签字"]


@pytest.mark.parametrize(
    ("giver", "offset", "taker"),
    [
        ("duty_officer", 0, "next"),  # A quarter of an hour before the change.
        ("duty_officer", 20, "next"),  # Just after it: who has begun.
        ("next", 20, None),  # In the middle of a shift nobody takes over.
        ("duty_officer", -200, None),
    ],
)
def test_the_rota_says_who_takes_over(
    people: dict[str, int], t0: datetime, minutes: At, giver: str, offset: float, taker: str | None
) -> None:
    with reading() as session:
        found = handover.next_officer(session, session.get_one(Person, people[giver]), minutes(offset))
        assert (found.id if found else None) == (people[taker] if taker else None)


def test_without_a_rota_the_one_other_officer_takes_over(office: dict[str, int], t0: datetime) -> None:
    with transaction() as session:
        giver = session.get_one(Person, office["duty_officer"])
        assert handover.next_officer(session, giver, t0) is None
        for number, name in enumerate(("值班员B", "值班员C")):
            person = Person(name=name, email=f"{number}@qingyuan.example")
            session.add(person)
            session.flush()
            appoint(session, "duty_officer", person)
            found = handover.next_officer(session, giver, t0)
            assert (found.name if found else None) == ("值班员B" if number == 0 else None)
