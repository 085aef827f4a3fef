"""Matters for the tests of the screens, made through the store as the stages make them."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from domain.case import Level
from domain.consultation import Fields
from domain.verdict import Opens, Reason, Sentiment, Verdict
from domain.watch import WatchFields
from store import articles, consultations, events, files, leads, notices, seals, sources, suggestion_groups, watches
from store.articles import NewArticle
from store.consultations import New
from store.db import transaction
from store.notices import Message
from store.tables import (
    Article,
    Attachment,
    Case,
    Deadline,
    Lead,
    Notice,
    Person,
    ReportBack,
    Source,
    SurgeWarning,
    Unit,
)

NEGATIVE = Verdict(
    relevance=0.9,
    sections=("食品安全科",),
    sentiment=Sentiment.NEGATIVE,
    sentiment_score=-0.7,
    intent="投诉",
    topic=None,
    emergency=0.0,
    emergency_kind=None,
    casualties=None,
    rumour=0.0,
    place=("清源市",),
    ours=True,
    grave=False,
    opens=Opens.LEAD,
    reasons=(Reason("过期", 1.9, "sentiment", (3, 5)),),
)


def source(now: datetime, name: str = "清源晚报", **fields: object) -> int:
    """Add a working source and return its id."""
    with transaction() as session:
        made = sources.add_source(session, f"https://news.example/{name}", now, name=name, **fields)
        sources.note_ok(made, now, 1)
        return made.id


def article(
    source_id: int, now: datetime, title: str = "奶茶店过期原料", verdict: Verdict | None = NEGATIVE, **more: str
) -> int:
    """Store an article with its verdict and return its id; `more` may give text and link."""
    with transaction() as session:
        item = NewArticle(more.get("link", f"https://news.example/{title}"), title, more.get("text", "正文"))
        made = articles.add_articles(session, session.get_one(Source, source_id), [item], now, with_page=False)[0]
        if verdict is not None:
            articles.save_verdict(session, made.id, verdict, now)
        return made.id


def propose(article_id: int, now: datetime, key: str = "event") -> int:
    """Group an article and return the id of the lead it opens."""
    with transaction() as session:
        made = session.get_one(Article, article_id)
        session.refresh(made, ["judged"])
        _, lead = events.put(session, made, events.Grouping(key, None, 1.0), now)
        assert lead is not None
        return lead.id


def lead(now: datetime, title: str = "奶茶店过期原料", *, suspected: bool = False) -> int:
    """Make a lead from an article and return its id."""
    verdict = replace(NEGATIVE, opens=Opens.PROVISIONAL, emergency=0.9, grave=True) if suspected else NEGATIVE
    return propose(article(source(now, f"源·{title}"), now, title, verdict), now, f"event-{title}")


def case(now: datetime, title: str = "奶茶店过期原料", *, emergency: bool = False, unit: str = "食品安全科") -> int:
    """Make a confirmed case and return its id."""
    lead_id = lead(now, title, suspected=emergency)
    with transaction() as session:
        made = leads.confirm(
            session,
            session.get_one(Lead, lead_id),
            person(session, "duty"),
            now,
            unit=session.scalars(select(Unit).where(Unit.name == unit)).one(),
            level=Level.RED if emergency else Level.YELLOW,
            emergency=emergency,
        )
        return made.id


def article_of(case_id: int) -> int:
    """Return the id of the article that proposed a case."""
    with transaction() as session:
        found = session.get_one(Case, case_id).lead.article_id
    assert found is not None
    return found


def seal(case_id: int, handler: str, now: datetime) -> int:
    """Let the office seal a case by hand and name its handler; return the id of the seal."""
    with transaction() as session:
        made = seals.by_hand(session, session.get_one(Case, case_id), person(session, "office"), "投诉人员", now)
        seals.name_handler(session, made, person(session, handler), person(session, "office"), now)
        return made.id


def attachment(case_id: int, now: datetime, folder: Path) -> int:
    """Let the unit of a case report back with one file; return the id of the file."""
    kept = files.keep(folder / files.ATTACHMENTS, b"content")
    with transaction() as session:
        case = session.get_one(Case, case_id)
        said = {"at": now, "recorded_at": now, "how": "邮件回复", "text": "已处理"}
        report = ReportBack(case_id=case_id, unit_id=case.unit_id, **said)
        report.attachments = [Attachment(name="说明.pdf", media_type="application/pdf", size=7, sha256=kept)]
        session.add(report)
        session.flush()
        return report.attachments[0].id


def person(session: object, username: str) -> Person:
    """Return the person with this user name."""
    return session.scalars(select(Person).where(Person.username == username)).one()  # type: ignore[attr-defined]


def notice(case_id: int, username: str, now: datetime) -> int:
    """Write and send the opening notice of a case's first open duty to a person; return its id."""
    with transaction() as session:
        found = session.get_one(Case, case_id)
        duty = session.scalars(select(Deadline).where(Deadline.case_id == found.id, Deadline.state == "open")).first()
        assert duty is not None
        text = "请核实并发布。\n签收：〔签收链接〕\n看事项 〔网址〕/cases/1"
        made = notices.write(
            session,
            person(session, username),
            f"stage-{duty.stages[0].id}",
            Message("请于18:40前反馈", text),
            now,
            stage=duty.stages[0],
            lead_id=found.lead_id,
            asks_ack=True,
        )
        assert made is not None
        made.state, made.sent_at, made.send_at = "sent", now + timedelta(seconds=2), None
        notices.note_delivery(session, made.id, now, 12, ok=True, words="250 queued")
        return made.id


def row(kind: type, id_: int) -> object:
    """Return one row as it stands now."""
    with transaction() as session:
        return session.get_one(kind, id_)


def acknowledged(notice_id: int) -> str | None:
    """Return how a notice was acknowledged, None while it is not."""
    with transaction() as session:
        return session.get_one(Notice, notice_id).ack_how


def watch(now: datetime, name: str = "冷链", query: str = "冷链", unit: str | None = None, **fields: object) -> int:
    """Make a 专题 of a unit; return its number."""
    with transaction() as session:
        units = session.scalars(select(Unit.id).where(Unit.name == unit)).all()
        said = WatchFields(name, query, unit_ids=tuple(units), **fields)
        return watches.save(session, None, said, "command", now).id


def consultation(now: datetime, title: str = "管理办法", *, unit: str = "食品安全科") -> int:
    """Register a consultation of a unit with one suggestion in a group; return its number."""
    with transaction() as session:
        unit_id = session.scalars(select(Unit.id).where(Unit.name == unit)).one()
        fields = Fields(title, now.date(), now.date(), unit_id)
        row = consultations.save(session, None, fields, person(session, "office").id, now)
        consultations.add(session, row, [New("a", f"{title}的意见", "网页")], None, now)
        ids = [one.id for one in consultations.suggestions(session, row.id)]
        suggestion_groups.move(session, row, ids, None, "system", now)
        return row.id


def group_of(consultation_id: int) -> int:
    """Return the number of the first group of a consultation."""
    with transaction() as session:
        return suggestion_groups.listed(session, consultation_id)[0].row.id


def warning(now: datetime, name: str = "预付卡", *, unit: str = "食品安全科") -> int:
    """Draft a warning for a unit; return its number."""
    said = {"start_at": now, "end_at": now, "drafted_at": now, "grown_at": now, "changed_at": now}
    figures = {"peak": 9, "expected": 1.0, "chance": 1e-6, "weeks": 8, "reasons": [], "words": ""}
    with transaction() as session:
        unit_id = session.scalars(select(Unit.id).where(Unit.name == unit)).one()
        made = SurgeWarning(
            kind="topic", subject=name, name=name, title=name, text=name, unit_id=unit_id, **said, **figures
        )
        session.add(made)
        session.flush()
        return made.id


def publish(now: datetime, *texts: tuple[str, str], name: str = "清源日报") -> list[int]:
    """Store articles (title, body) of one source and judge nothing; return their numbers."""
    with transaction() as session:
        source = sources.add_source(session, "https://news.example/watched", now, name=name)
        items = [NewArticle(f"https://news.example/w{now:%d%H%M}-{n}", *text) for n, text in enumerate(texts)]
        found = articles.add_articles(session, source, items, now, with_page=False)
        return [one.id for one in found]
