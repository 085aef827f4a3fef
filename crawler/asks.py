"""Answering what people ask through screens: a look at an address, an export to be read, a list of sources."""

import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from crawler import ask_opml, ask_suggestions, ask_table
from crawler.look import look
from crawler.sheets.grid import LARGEST
from crawler.visited import Clock, Kit
from store import files
from store.db import reading, transaction
from store.due import Taken, finish
from store.tables.sources import Ask

TRIES = 3
log = logging.getLogger(__name__)


def answer(kit: Kit, row: Taken, now: Clock) -> None:
    """Answer one question, or say in words why it cannot be answered."""
    with reading() as session:
        asked = session.get_one(Ask, row.id)
    said: dict[str, Any] | None = None
    error: str | None = None
    try:
        said = _answered(kit, asked, now)
    except LookupError as failure:
        error = str(failure.args[0])
    except Exception:
        log.exception("question %s could not be answered the %s. time", row.id, row.attempts)
        if row.attempts < TRIES:
            return
        error = "读的时候出了意外，已记入日志；请换一个地址或文件，或联系系统管理员"
    with transaction() as session:
        finish(session, Ask.ask_at, row, answered_at=now(), answer=said, error=error)


def _answered(kit: Kit, asked: Ask, now: Clock) -> dict[str, Any]:
    if asked.what == "look":
        return _look(kit, asked.asked, now)
    body = _uploaded(kit, asked.sha256) if asked.sha256 else b""
    answer_of = {"table": ask_table.answer, "opml": ask_opml.answer, "opinions": ask_suggestions.answer}[asked.what]
    return answer_of(body, asked.asked, asked.person_id, now())


def _uploaded(kit: Kit, sha256: str) -> bytes:
    """Return an uploaded file. LookupError where it is gone, or larger than anything that is read."""
    size = files.size(kit.uploads, sha256)
    body = files.load(kit.uploads, sha256) if size is not None and size <= LARGEST else None
    if body is None:
        missing = size is None or size <= LARGEST
        raise LookupError("上传的文件不在了，请重新上传" if missing else f"文件超过 {LARGEST >> 20} MB，请分成几个")
    return body


def _look(kit: Kit, asked: Mapping[str, Any], now: Clock) -> dict[str, Any]:
    return look(
        kit,
        str(asked.get("url", "")),
        now,
        example=asked.get("example") or None,
        kind=asked.get("kind") or None,
        options=asked.get("options") or None,
    ).as_answer()


def address_of(session: Session, row: Taken) -> str:
    """Return the address a question is about, empty where it is about a file."""
    return str(session.get_one(Ask, row.id).asked.get("url", ""))
