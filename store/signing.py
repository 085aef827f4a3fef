"""Signing by message: what answers a notice acknowledges it, and signs the handover sheet where it carries one."""

from datetime import datetime
from enum import Enum

from sqlalchemy.orm import Session

from domain.handover import GIVE, Asked, asked_by
from store import handover, journal, notices
from store.db import hold
from store.handover_notices import SIGNED_IN
from store.tables.notices import Notice
from store.tables.people import Handover


class Way(Enum):
    """How somebody answers a notice: (words for 签收, words for signing a sheet)."""

    LINK = ("凭邮件链接签收", "凭邮件链接签")
    REPLY = ("邮件回复签收", "回信签收")
    SIGNED_IN = ("本人登录签收", SIGNED_IN)


def answer(session: Session, notice: Notice, way: Way, now: datetime, by: str) -> bool:
    """Record that the recipient answered a notice; False where they had before.

    ValueError in the user's words where the sheet it carries cannot be signed by it any more.
    """
    acknowledged, signed = way.value
    asked = asked_by(notice.topic)
    if asked is None:
        return notices.acknowledge(session, notice, acknowledged, now, by)
    return _sign(session, notice, asked, signed, now, by)


def sheet_of(session: Session, notice: Notice) -> Handover | None:
    """Return the handover sheet a notice carries; None for a notice of another kind."""
    asked = asked_by(notice.topic)
    return session.get(Handover, asked.sheet_id) if asked else None


def refusal(sheet: Handover, notice: Notice) -> str | None:
    """Return why a notice signs its sheet no more, in the user's words; None where it does, or has."""
    asked = asked_by(notice.topic)
    if asked is None or asked.made_at != sheet.at:
        return "交接班单已经重新生成，请打开最新的一封通知签字"
    if asked.part == GIVE or sheet.taker_id == notice.person_id:
        return None
    if sheet.taken_at is not None:
        return f"{sheet.taker.name if sheet.taker else '其他人'}已经接班签字"
    return f"已改由{sheet.taker.name if sheet.taker else '其他人'}接班"


def signed(sheet: Handover, notice: Notice) -> bool:
    """Return whether the recipient of a notice has signed its sheet."""
    asked = asked_by(notice.topic)
    given = asked is not None and asked.part == GIVE
    return (sheet.given_at if given else sheet.taken_at) is not None and refusal(sheet, notice) is None


def unwanted(session: Session, notice: Notice) -> str | None:
    """Return why a notice that carries a sheet need not be sent any more."""
    sheet = sheet_of(session, notice)
    if sheet is None:
        return None
    return "已经签字" if signed(sheet, notice) else refusal(sheet, notice)


def _sign(session: Session, notice: Notice, asked: Asked, how: str, now: datetime, by: str) -> bool:
    sheet = session.get(Handover, asked.sheet_id)
    if sheet is None:
        raise ValueError("交接班单已不存在")
    hold(session, sheet)
    refused = refusal(sheet, notice)
    if refused is not None:
        raise ValueError(refused)
    if signed(sheet, notice):
        return False
    if asked.part == GIVE:
        handover.give(session, sheet, notice.person, "", now, how, by)
    elif sheet.given_at is not None:
        handover.take(session, sheet, notice.person, how, notice.person, now, by)
    elif notices.acknowledge(session, notice, how, now, by):
        journal.record(session, by, "answer_handover", f"handover-{sheet.id}", now, how=how)
    else:
        return False
    return True
