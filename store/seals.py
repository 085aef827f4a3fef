"""密封: texts that only 纪检 and the handler named may read lie apart from what everybody reads.

The rows of a sealed matter carry a placeholder, so that a list, a mail or a search that knows nothing of seals shows
nothing. `may_read` decides who sees more.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from domain import seal as seal_rules
from domain.masking import mask
from domain.notice import ACK
from domain.seal import KINDS, TITLE
from store import journal
from store.people import holders, unit_named
from store.simple import simplified
from store.tables.articles import Article, Judged
from store.tables.cases import Case, Lead
from store.tables.events import Event, EventDoubt
from store.tables.notices import Digest, Notice
from store.tables.people import Handover, Person, PostHolder, Unit
from store.tables.seals import Seal, SealedText
from store.tables.watches import WatchHit, WatchTell

POST = "discipline"
"""The post of 纪检."""
Row = Article | Judged | Lead | Case | Event | Notice
REASON = {"words": TITLE, "weight": 0, "about": "sealed", "span": None}
_SHOWN: dict[type[Any], dict[str, Any]] = {
    Article: {"title": TITLE, "body": "", "simple": None, "author": None, "origin": None, "place_said": None},
    Judged: {"reasons": [REASON], "personal": None, "place": [], "about": None, "casualties": None},
    Lead: {"title": TITLE, "reasons": [REASON], "judgement": None},
    Case: {"title": TITLE},
    Event: {"title": TITLE},
    Notice: {"subject": f"【密封件】{TITLE}", "text": f"{TITLE}。请登录系统办理。", "html": None},
}
"""What is kept apart of each kind of row, and what stands there instead."""


def may_read(session: Session, seal_id: int | None, person_id: int) -> bool:
    """Return whether a person may read the text of what carries `seal_id`; anybody may where it carries none.

    That are the holders of the post of 纪检 and the handler named. This is the one place that decides it.
    """
    if seal_id is None:
        return True
    if session.scalar(select(exists().where(PostHolder.post == POST, PostHolder.person_id == person_id))):
        return True
    return session.scalar(select(Seal.handler_id).where(Seal.id == seal_id)) == person_id


def knows_writer(session: Session, seal_id: int, person_id: int) -> bool:
    """Return whether a person may know who wrote what is sealed: the handler named, nobody else."""
    return session.scalar(select(Seal.handler_id).where(Seal.id == seal_id)) == person_id


def may_seal(session: Session, person: Person) -> bool:
    """Return whether a person may seal, name the handler and open: 纪检 and the office."""
    return person.role == "office" or any(one.id == person.id for one in holders(session, POST))


def about(session: Session, seal_id: int | None) -> Unit | None:
    """Return the unit a sealed matter is about, None where none is known."""
    return session.get_one(Seal, seal_id).about_unit if seal_id is not None else None


def by_system(session: Session, article_id: int, judged: Judged, now: datetime) -> None:
    """Seal an article as its verdict asks, with its lead and case; a person who opened it before is right."""
    article = session.get_one(Article, article_id)
    if article.seal_id is not None or judged.sealed is None or _was_sealed(session, article):
        return
    unit = unit_named(session, judged.about) if judged.about else None
    seal = Seal(
        kind=judged.sealed, why=f"系统初判：{KINDS[judged.sealed]}", at=now, about_unit_id=unit.id if unit else None
    )
    _shut(session, seal, article, now, "system")


def by_words(session: Session, lead: Lead, text: str, now: datetime) -> None:
    """Seal a lead that somebody enters where its words ask for it."""
    found = seal_rules.found((simplified("", text) or text).lower(), addressed=True)
    if found is not None and lead.seal_id is None:
        _shut(session, Seal(kind=found.kind, why=f"系统初判：{KINDS[found.kind]}", at=now), lead, now, "system")


def by_hand(session: Session, row: Article | Lead | Case, person: Person, why: str, now: datetime) -> Seal:
    """Seal the matter of an article, a lead or a case. ValueError without a reason or right, or where it is sealed."""
    if not may_seal(session, person):
        raise ValueError("只有纪检和办公室可以密封")
    if not why.strip():
        raise ValueError("请写明密封理由")
    if row.seal_id is not None:
        raise ValueError("已经密封，请刷新")
    seal = Seal(kind="hand", why=why.strip()[:500], at=now, by=person.id)
    _shut(session, seal, row, now, f"person-{person.id}")
    return seal


def name_handler(session: Session, seal: Seal, handler: Person | None, person: Person, now: datetime) -> None:
    """Name who handles a sealed matter, and so may read it. ValueError in the user's words."""
    if not may_seal(session, person):
        raise ValueError("只有纪检和办公室可以指定承办人")
    if handler is None or not handler.active:
        raise ValueError("请选择承办人")
    if seal.about_unit_id is not None and handler.unit_id == seal.about_unit_id:
        raise ValueError(f"本件涉及{seal.about_unit.name if seal.about_unit else ''}，不能由该单位的人承办")
    seal.handler_id = handler.id
    session.flush()
    journal.record(session, f"person-{person.id}", "name_handler", f"seal-{seal.id}", now, handler=handler.id)


def open_(session: Session, seal: Seal, person: Person, why: str, now: datetime) -> None:
    """Open a seal (解除密封): every text goes back to its place. ValueError without a reason or the right to."""
    if not may_seal(session, person):
        raise ValueError("只有纪检和办公室可以解除密封")
    if not why.strip():
        raise ValueError("请写明解除理由")
    if seal.opened_at is not None:
        raise ValueError("已经解除密封，请刷新")
    for text in seal.texts:
        row = _row(session, text.what)
        for name, value in text.content.items():
            setattr(row, name, value)
        text.content = {}
    articles, leads, cases = (
        session.scalars(select(Article).where(Article.seal_id == seal.id)),
        session.scalars(select(Lead).where(Lead.seal_id == seal.id)),
        session.scalars(select(Case).where(Case.seal_id == seal.id)),
    )
    for sealed in (*articles, *leads, *cases):
        sealed.seal_id = None
    seal.opened_at, seal.opened_by, seal.opened_why = now, person.id, why.strip()[:500]
    session.flush()
    journal.record(session, f"person-{person.id}", "open_seal", f"seal-{seal.id}", now)


def shut_later(session: Session, row: Article | Judged | Lead | Case, seal_id: int) -> None:
    """Put what came to a sealed matter afterwards (a page, a verdict, a lead) under its seal."""
    seal = session.get_one(Seal, seal_id)
    if isinstance(row, Judged) and row.about and seal.about_unit_id is None:
        unit = unit_named(session, row.about)
        seal.about_unit_id = unit.id if unit else None
    _put(session, seal, row)


def contents(session: Session, seal_id: int) -> dict[str, dict[str, Any]]:
    """Return what is sealed, by row as `article-17`; asked by nothing that has not asked `may_read` before."""
    asked = select(SealedText).where(SealedText.seal_id == seal_id).order_by(SealedText.id)
    return {text.what: text.content for text in session.scalars(asked)}


def text_of(session: Session, article: Article) -> tuple[str, str]:
    """Return title and body of an article for the judge, sealed or not."""
    if article.seal_id is None:
        return article.title, article.body
    content = contents(session, article.seal_id).get(f"article-{article.id}", {})
    return content.get("title", article.title), content.get("body", article.body)


def listed(session: Session, limit: int = 200) -> list[Seal]:
    """Return the seals, those not opened first, then the newest."""
    asked = select(Seal).order_by(Seal.opened_at.is_not(None), Seal.at.desc(), Seal.id.desc()).limit(limit)
    return list(session.scalars(asked))


def matters_of(session: Session, seal_id: int) -> tuple[list[Article], Lead | None, Case | None]:
    """Return the articles of a sealed matter, its lead and its case."""
    articles = select(Article).where(Article.seal_id == seal_id).order_by(Article.id)
    lead = session.scalars(select(Lead).where(Lead.seal_id == seal_id).order_by(Lead.id.desc()).limit(1)).first()
    case = session.scalars(select(Case).where(Case.seal_id == seal_id).order_by(Case.id.desc()).limit(1)).first()
    return list(session.scalars(articles)), lead, case


def _was_sealed(session: Session, article: Article) -> bool:
    return session.scalar(select(exists().where(SealedText.what == f"article-{article.id}"))) or False


def _shut(session: Session, seal: Seal, row: Article | Lead | Case, now: datetime, actor: str) -> None:
    session.add(seal)
    session.flush()
    around = list(_around(session, row, whole=seal.by is not None))
    titles = {one.title for one in around if isinstance(one, Lead | Case) and one.title != TITLE}
    told = _told_of(session, [one.id for one in around if isinstance(one, Article)])
    for one in around:
        _put(session, seal, one)
    _forget_doubts(session, [one.id for one in around if isinstance(one, Article)])
    for notice in told:
        # Other articles stand in it too: its text does not come back when the seal is opened.
        for name, instead in _shown(notice).items():
            setattr(notice, name, instead)
    session.flush()
    if titles:
        _scrub(session, titles)
    journal.record(session, actor, "seal", f"seal-{seal.id}", now, kind=seal.kind)


def _forget_doubts(session: Session, article_ids: list[int]) -> None:
    """Take the words out that articles share with other matters: they stand beside what may be the same."""
    events = select(Article.event_id).where(Article.id.in_(article_ids))
    mine = or_(EventDoubt.article_id.in_(article_ids), EventDoubt.other_id.in_(events))
    session.execute(update(EventDoubt).where(mine).values(reasons=[]))


def _around(session: Session, row: Article | Lead | Case, *, whole: bool) -> Iterator[Row]:
    """Yield all that holds the text of a matter: its articles with verdicts, its event, leads, cases and notices.

    The system seals one article with its own lead, never (`whole`) the others of its event: those may be public.
    """
    event = session.get(Event, row.event_id) if row.event_id is not None else None
    event_id = event.id if event is not None and (whole or event.articles <= 1) else None
    # 0, which no article has, where a lead was entered without one: nothing equals it.
    article_id = row.id if isinstance(row, Article) else (row if isinstance(row, Lead) else row.lead).article_id or 0
    mine = Article.id == article_id if event_id is None else (Article.id == article_id) | (Article.event_id == event_id)
    articles = list(session.scalars(select(Article).where(mine, Article.seal_id.is_(None))))
    for article in articles:
        yield article
        yield from article.judged
    if event is not None and event_id is not None:
        yield event
    of_lead = Lead.article_id == article_id if event_id is None else (Lead.event_id == event_id)
    own = row.id if isinstance(row, Lead) else row.lead_id if isinstance(row, Case) else 0
    for lead in session.scalars(select(Lead).where((of_lead | (Lead.id == own)), Lead.seal_id.is_(None))).all():
        yield lead
        yield from session.scalars(select(Notice).where(Notice.lead_id == lead.id)).all()
        if lead.case is not None:
            yield lead.case


def _told_of(session: Session, article_ids: list[int]) -> list[Notice]:
    """Return the notices that told subscribers of a 专题 of these articles."""
    told = select(WatchTell.notice_id).join(WatchHit, WatchHit.id == WatchTell.hit_id)
    asked = select(Notice).where(Notice.id.in_(told.where(WatchHit.article_id.in_(article_ids))))
    return list(session.scalars(asked)) if article_ids else []


def _scrub(session: Session, titles: Iterable[str]) -> None:
    """Take the titles of a matter out of what was written down before it was sealed: digests and handover sheets."""
    words = [spelling for title in titles for spelling in {title, mask(title)} if spelling]
    for row in (*session.scalars(select(Digest)), *session.scalars(select(Handover))):
        row.content = _without(row.content, words)
    session.flush()


def _without(value: Any, words: list[str]) -> Any:
    """Return the same value with the placeholder in place of every one of the words."""
    if isinstance(value, dict):
        return {name: _without(one, words) for name, one in value.items()}
    if isinstance(value, list):
        return [_without(one, words) for one in value]
    if isinstance(value, str):
        for word in words:
            value = value.replace(word, TITLE)
    return value


def _put(session: Session, seal: Seal, row: Row) -> None:
    """Move the texts of a row under a seal and leave the placeholder; what was put there before is kept up to date."""
    what, shown = f"{_names()[type(row)]}-{row.id}", _shown(row)
    said = {name: getattr(row, name) for name, instead in shown.items() if getattr(row, name) != instead}
    known = session.scalars(select(SealedText).where(SealedText.what == what)).first()
    if known is None:
        session.add(SealedText(seal_id=seal.id, what=what, content=said))
    else:
        known.seal_id, known.content = seal.id, known.content | said
    for name, instead in shown.items():
        setattr(row, name, instead)
    if isinstance(row, Article | Lead | Case):
        row.seal_id = seal.id
    session.flush()


def _shown(row: Row) -> dict[str, Any]:
    """Return what stands in a row from now on; a notice keeps its short text, which says nothing of the matter."""
    if not isinstance(row, Notice):
        return _SHOWN[type(row)]
    ack = [f"签收：{ACK}"] if row.asks_ack else []
    return _SHOWN[Notice] | {"text": "\n".join([*([row.short] if row.short else []), _SHOWN[Notice]["text"], *ack])}


def _names() -> dict[type[Any], str]:
    return {
        Article: "article",
        Judged: "verdict",
        Lead: "lead",
        Case: "case",
        Event: "event",
        Notice: "notice",
    }


def _row(session: Session, what: str) -> Any:
    name, _, number = what.partition("-")
    table = next(table for table, known in _names().items() if known == name)
    return session.get_one(table, int(number))
