"""The numbers of a digest, each with the link to the rows it counts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from domain.notice import SITE
from domain.workdays import BEIJING
from store.articles import Filter, count
from store.tables.cases import Case, Deadline, Lead

Row = dict[str, Any]


def numbers(session: Session, since: datetime, until: datetime) -> list[Row]:
    """Return label, value and link of every number of the period; the end is not part of it."""
    met = (Deadline.state == "met", Deadline.ladder == "duty", Deadline.met_at >= since, Deadline.met_at < until)
    done, in_time = _count(session, *met), _count(session, *met, Deadline.met_at <= Deadline.due_at)
    leads = _count(session, Lead.proposed_at >= since, Lead.proposed_at < until)
    cases = _count(session, Case.opened_at >= since, Case.opened_at < until)
    seen = count(session, Filter(since=since, until=until))
    ours = count(session, Filter(since=since, until=until, relevant=True))
    span = {"since": _day(since), "until": _day(until)}
    return [
        _row("舆情信息", seen, "articles", span),
        _row("与本单位有关", ours, "articles", {**span, "relevant": "1"}),
        _row("待研判线索", leads, "cases", {"state": "leads"}),
        _row("新增事项", cases, "cases", {"state": "all"}),
        {**_row("按时办结时限", in_time, "cases", {"state": "all"}), "of": done},
    ]


def _count(session: Session, *where: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(*where)) or 0


def _row(label: str, value: int, page: str, asked: Mapping[str, str]) -> Row:
    return {"label": label, "value": value, "link": f"{SITE}/{page}?{urlencode(asked)}"}


def _day(at: datetime) -> str:
    return at.astimezone(BEIJING).date().isoformat()
