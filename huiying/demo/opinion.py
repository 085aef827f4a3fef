"""The demo city's consultation, its suggestions grouped and mostly decided; a surge of complaints with its draft."""

import tomllib
from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from sqlalchemy.orm import Session

from classifier.consulting import group_due
from classifier.judge import Judge
from classifier.text import Item
from domain.consultation import Decision, Fields
from domain.org import Org
from domain.workdays import DAY, beijing_day
from store import consultations, people, sources, suggestion_groups, surge_warnings
from store.articles import NewArticle, add_articles, save_verdict
from store.consultations import New
from store.db import transaction
from store.tables.opinion import Consultation
from store.tables.people import Person

WEEK = timedelta(days=7)
WEEKS = 5
"""So many weeks of usual complaints: enough to be compared with."""


def put_opinion(epoch: datetime, org: Org, judge: Judge) -> None:
    """Put what people suggested and complained of into the demo city as of `epoch`."""
    table = tomllib.loads(files(__package__).joinpath("opinion.toml").read_text(encoding="utf8"))
    row_id = _consult(table["consultation"], epoch)
    group_due(lambda: epoch)
    with transaction() as session:
        row = session.get_one(Consultation, row_id)
        for said in table["decisions"]:
            _decide(session, row, said, people.holders(session, "office_director")[0], epoch - 2 * DAY)
        _complain(session, table["complaints"], epoch, judge)
    with transaction() as session:
        surge_warnings.look(session, epoch, org)


def _consult(table: dict[str, Any], epoch: datetime) -> int:
    ended = beijing_day(epoch) - DAY * int(table["ended"])
    unit_words = (table["title"], ended - DAY * int(table["days"]), ended)
    with transaction() as session:
        director, unit = people.holders(session, "office_director")[0], people.unit_named(session, table["unit"])
        fields = Fields(*unit_words, unit.id if unit else 0, contact=table["contact"])
        row = consultations.save(session, None, fields, director.id, epoch - DAY * (table["ended"] + table["days"]))
        at = epoch - DAY * int(table["ended"])
        new = [New(f"demo-{n}", text, "网页留言", at=at) for n, text in enumerate(table["suggestions"])]
        consultations.add(session, row, new, director.id, at)
        return row.id


def _decide(session: Session, row: Consultation, said: dict[str, str], person: Person, at: datetime) -> None:
    """Decide the group that speaks most of a word."""
    groups = suggestion_groups.listed(session, row.id)
    group = max(groups, key=lambda one: sum(said["word"] in each.text for each in one.suggestions))
    suggestion_groups.name(session, group.row, said["title"], f"person-{person.id}", at)
    suggestion_groups.decide(session, group.row, Decision(said["decision"]), said["reason"], person, at)


def _complain(session: Session, table: dict[str, Any], epoch: datetime, judge: Judge) -> None:
    """Store the complaints as an export of the office's own ledger brought them: judged, none of them a lead."""
    source = sources.add_source(
        session,
        "table:12315",
        epoch - WEEK * WEEKS,
        name=table["source"],
        kind="table",
        kind_label="表格（工单、留言导出）",
        channel=table["channel"],
        fetch_at=None,
    )
    usual = [
        (text, epoch - WEEK * week - timedelta(hours=3 + n))
        for week in range(1, WEEKS + 1)
        for n, text in enumerate(table["usual"])
    ]
    surge = [(text, epoch - timedelta(minutes=40 + 55 * n)) for n, text in enumerate(table["surge"])]
    texts: Sequence[tuple[str, datetime]] = [*usual, *surge]
    verdicts = judge.judge([Item(text[:30], text, table["channel"]) for text, _ in texts])
    for n, ((text, at), verdict) in enumerate(zip(texts, verdicts, strict=True)):
        item = NewArticle(f"table:12315/{n}", text[:30], text, published_at=at, has_page=False)
        for article in add_articles(session, source, [item], at, with_page=False):
            article.judge_at = None
            save_verdict(session, article.id, verdict, at)
