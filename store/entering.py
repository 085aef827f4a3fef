"""快速录入: what a duty officer pastes becomes an article of the entry source and a lead that points at it.

The article goes down the same line as what was fetched: a link gets its page and evidence, a text is judged at once.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain import pasted
from domain.case import CaseState, LeadState
from domain.workdays import beijing_day
from store import assignments, leads, seals
from store.articles import NewArticle, add_articles, verdict_of
from store.joining import propose_beside
from store.proposing import lead_of_event
from store.simple import simplified
from store.sources import add_source
from store.tables.articles import Article
from store.tables.cases import Lead
from store.tables.people import Person, Unit
from store.tables.sources import Source

KIND, LABEL = "entry", "人工录入"
NAME, URL = "值班录入", "entry:值班录入"


@dataclass(frozen=True, slots=True)
class Entered:
    """What was entered. An empty title is made of the text, an empty channel of link and caller.

    `number` and `limit` are those written on a ticket or document. `again` opens a lead of what is known once more,
    where its matter is over.
    """

    text: str
    title: str = ""
    channel: str = ""
    called: bool = False
    unit: Unit | None = None
    number: str = ""
    limit: datetime | None = None
    again: bool = False


class KnownAlready(ValueError):
    """What was entered is there already: the article, its lead, and whether that matter is still going on."""

    def __init__(self, article: Article, lead: Lead, *, live: bool) -> None:
        super().__init__(f"已由“{article.source.name}”收到")
        self.article_id, self.lead_id, self.live = article.id, lead.id, live


def enter(session: Session, person: Person, now: datetime, said: Entered) -> Lead:
    """Open a lead of what was entered, with its article. Returns the lead.

    An article known already is not stored again: where it has no lead it gets this one. Raises KnownAlready where it
    has one (unless that matter is over and `again` was asked for), ValueError in the user's words as `leads.enter`.
    """
    read = pasted.read(said.text)
    title = (said.title.strip() or read.title or read.link or "")[:300]
    channel = said.channel or pasted.channel_of(read.link, called=said.called)
    leads.check(title, channel, said.number, said.limit)
    link = read.link or f"{URL}#{_mark(title, said, now)}"
    article = known_article(session, link)
    if article is None:
        article = _store(session, link, read, said, channel, title, now)
    else:
        _refuse_known(session, article, said)
    lead = leads.enter(
        session,
        person,
        now,
        title=title,
        text=read.text,
        channel=channel,
        unit=said.unit,
        number=said.number,
        limit=said.limit,
        article=article,
    )
    verdict = verdict_of(article)
    if verdict is not None:
        propose_beside(session, lead, article, verdict)
    # At once, not when the system judges it: the clock writes the first notice within a second.
    seals.by_words(session, lead, f"{title}\n{read.text}", now)
    return lead


def known_article(session: Session, link: str) -> Article | None:
    """Return the first article with this canonical link, of whatever source; None where it is new."""
    # The index begins with the source: asked through all of them, it is used.
    asked = select(Article).where(Article.source_id.in_(select(Source.id)), Article.link == link)
    return session.scalars(asked.order_by(Article.id).limit(1)).first()


def lead_of(session: Session, article: Article) -> Lead | None:
    """Return the lead an article belongs to: its event's, else the one it was entered with."""
    found = lead_of_event(session, article.event_id) if article.event_id is not None else None
    if found is not None:
        return found
    own = (Lead.article_id == article.id, Lead.state != str(LeadState.MERGED))
    return session.scalars(select(Lead).where(*own).order_by(Lead.id.desc()).limit(1)).first()


def is_live(session: Session, lead: Lead) -> bool:
    """Return whether a lead waits for its judgement or has a case that is not closed."""
    case = assignments.going_on(session, lead.case)
    return lead.state == LeadState.OPEN or (case is not None and case.state != CaseState.CLOSED)


def entry_source(session: Session, now: datetime) -> Source:
    """Return the source of what people enter, made when it is first needed; nothing is fetched from it."""
    found = session.scalars(select(Source).where(Source.url == URL)).first()
    fields = {"kind": KIND, "kind_label": LABEL, "channel": "message", "authority": "self_media", "fetch_at": None}
    return found or add_source(session, URL, now, name=NAME, **fields)


def _refuse_known(session: Session, article: Article, said: Entered) -> None:
    lead = lead_of(session, article)
    if lead is None:
        return
    live = is_live(session, lead)
    if live or not said.again:
        raise KnownAlready(article, lead, live=live)


def _store(
    session: Session, link: str, read: pasted.Pasted, said: Entered, channel: str, title: str, now: datetime
) -> Article:
    own_title = said.title.strip() or read.title
    new = NewArticle(
        link=link,
        title=own_title if read.link else title,
        text=read.text,
        has_page=read.link is not None and "#" not in link,
        channel=channel,
        number=said.number.strip()[:120] or None,
        limit_at=said.limit,
        simple=simplified(own_title, read.text),
    )
    source = entry_source(session, now)
    made = add_articles(session, source, [new], now)[0]
    if read.text:
        # The words beside a link are judged at once: an alarm does not wait for a page that may never come.
        made.judge_at = now
    source.last_ok_at = source.last_new_at = now
    session.flush()
    return made


def _mark(title: str, said: Entered, now: datetime) -> str:
    """Return by what a text without a link is known: pressed twice, or entered by two on one day, it is the same."""
    parts = (title, said.text.strip(), said.number.strip(), beijing_day(now).isoformat())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
