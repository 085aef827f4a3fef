"""Answering what people ask through screens: a look at an address, an export to be read, a list of sources."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from crawler import ask_opml, ask_table
from crawler.look import look
from crawler.visited import Clock, Kit
from store import files
from store.db import reading, transaction
from store.due import Taken, finish
from store.tables.sources import Ask

HOLD = timedelta(seconds=120)
TRIES = 3
log = logging.getLogger(__name__)


def answer(kit: Kit, folder: Path, row: Taken, now: Clock) -> None:
    """Answer one question, or say in words why it cannot be answered; `folder` holds the uploaded files."""
    with reading() as session:
        asked = session.get_one(Ask, row.id)
    said: dict[str, Any] | None = None
    error: str | None = None
    try:
        said = _answered(kit, folder, asked, now)
    except LookupError as failure:
        error = str(failure.args[0])
    except Exception:
        log.exception("question %s could not be answered the %s. time", row.id, row.attempts)
        if row.attempts < TRIES:
            return
        error = "读的时候出了意外，已记入日志；请换一个地址或文件，或联系系统管理员"
    with transaction() as session:
        finish(session, Ask.ask_at, row, answered_at=now(), answer=said, error=error)


def _answered(kit: Kit, folder: Path, asked: Ask, now: Clock) -> dict[str, Any]:
    if asked.what == "look":
        return _look(kit, asked.asked, now)
    body = files.load(folder, asked.sha256) if asked.sha256 else b""
    if body is None:
        raise LookupError("上传的文件不在了，请重新上传")
    answer_of = {"table": ask_table.answer, "opml": ask_opml.answer}[asked.what]
    return answer_of(body, asked.asked, asked.person_id, now())


def _look(kit: Kit, asked: Mapping[str, Any], now: Clock) -> dict[str, Any]:
    return look(
        kit,
        str(asked.get("url", "")),
        now,
        example=asked.get("example") or None,
        kind=asked.get("kind") or None,
        options=asked.get("options") or None,
    ).as_answer()


def load(session: Session, row: Taken) -> str:
    """Return the address a question is about, empty where it is about a file."""
    return str(session.get_one(Ask, row.id).asked.get("url", ""))


def give_back(row: Taken, now: datetime) -> None:
    """Let a question be asked again at once; time ran out before its turn."""
    with transaction() as session:
        finish(session, Ask.ask_at, row, ask_at=now, attempts=row.attempts - 1)
