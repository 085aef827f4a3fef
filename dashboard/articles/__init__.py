"""舆情信息: what was collected, with filters; one item with the reasons of its verdict marked in the text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from flask import Blueprint, abort, request
from markupsafe import Markup
from sqlalchemy.orm import Session

from dashboard.articles.filters import asked, kept
from dashboard.auth.rules import allow
from dashboard.highlight import Span, marked, spans_of
from dashboard.pages import found, now, page_number, part, show, who
from dashboard.who import EVERYONE, READERS
from domain.masking import mask
from domain.verdict import MUST_RESPOND, PRIORITIES, THEMES
from store import articles as store
from store import assignments, corrections, letter_counts, matters, people, ranks, sources, watch_hits
from store.db import reading
from store.evidence import of_article
from store.tables.articles import Article, Judged
from store.tables.people import Person
from store.watch_hits import Marked

articles = Blueprint("articles", __name__, url_prefix="/articles")
PAGE = 30
PLACES = 48
"""Places on a hot list that are shown, the newest first."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """The correction that counts, as it is shown; its fields are those of the form."""

    words: str
    person: Person
    at: datetime
    why: str | None
    unit: str | None
    sentiment: str | None
    relevant: bool | None
    emergency: bool | None
    false_alarm: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One article as it is shown: personal numbers masked, hits and reasons marked, everything escaped."""

    article: Article
    verdict: Judged | None
    title: Markup
    body: Markup
    copies: int
    external: str | None
    hits: tuple[Marked, ...] = ()
    correction: Corrected | None = None

    @property
    def system(self) -> Judged | None:
        """What the system said, also where a person has corrected it."""
        return next((one for one in self.article.judged if one.maker == "system"), None)

    @property
    def at(self) -> datetime:
        """When it was published, else when it was first seen."""
        return self.article.published_at or self.article.first_seen_at


@articles.get("")
@allow(*READERS)
def listing() -> tuple[str, int]:
    """Show what was collected, 30 a page, newest first."""
    number = page_number()
    wanted, words = asked(request.args)
    with reading() as session:
        listed = store.listed(session, wanted, PAGE, (number - 1) * PAGE)
        matters.load_details(session, listed)
        copies = matters.copies_of(session, [article.id for article in listed])
        return show(
            session,
            "articles/list.html",
            422 if words else 200,
            rows=[row(article, copies, wanted.words.split()) for article in listed],
            total=store.count(session, wanted),
            number=number,
            size=PAGE,
            sent=request.args,
            address="/articles?" + "".join(f"{urlencode([pair])}&" for pair in kept(request.args)),
            standings=ranks.standings(session, [article.id for article in listed], now()),
            sources=sources.listed(session),
            units=people.units(session),
            priorities=PRIORITIES.items(),
            must_respond=MUST_RESPOND.items(),
            themes=THEMES.items(),
            words=words,
        )


@articles.get("/<int:article_id>")
@allow(*EVERYONE)
def page(article_id: int) -> tuple[str, int]:
    """Show one article whole; a section sees those of its own matters."""
    return article_page(article_id)


def article_page(article_id: int, words: str = "", wrong: str = "") -> tuple[str, int]:
    """Return the page of one article; `words` say why its original was not opened, `wrong` what was not corrected."""
    with reading() as session:
        article = visible(session, article_id)
        if article.seal_id is not None:
            return show(session, "seals/article.html", 422 if words else 200, article=article, words=words)
        return show(
            session,
            "articles/page.html",
            422 if words or wrong else 200,
            units=people.units(session),
            wrong=wrong,
            evidence=of_article(session, article_id),
            words=words,
            sent=request.form,
            row=_row(session, article),
            writer=_writer(session, article),
            hit_words=hit_words,
            standing=ranks.standings(session, [article_id], now()).get(article_id),
            places=ranks.history(session, [article_id], PLACES),
            siblings=[other for other in matters.articles_of(session, article.event_id) if other.id != article.id],
            lead=matters.matter_of_event(session, article.event_id),
            event=matters.event(session, article.event_id),
        )


@articles.get("/<int:article_id>/preview")
@allow(*READERS)
def preview(article_id: int) -> str:
    """Return one article for the pane beside the list."""
    with reading() as session:
        article = visible(session, article_id)
        if article.seal_id is not None:
            return part("seals/preview.html", article=article)
        words = request.args.get("words", "").split()
        copies = matters.copies_of(session, [article.id])
        lead = matters.matter_of_event(session, article.event_id)
        standing = ranks.standings(session, [article_id], now()).get(article_id)
        hits = watch_hits.of_articles(session, [article.id]).get(article.id, [])
        shown = row(article, copies, words, hits, correction_of(session, article.id))
        facts = {"lead": lead, "standing": standing, "units": people.units(session), "back": _list_address()}
        return part("articles/preview.html", row=shown, hit_words=hit_words, sent={}, **facts)


def _list_address() -> str:
    """Return the address of the list the preview stands beside, with its filter."""
    return f"/articles?{request.args.get('list', '').lstrip('?')[:2000]}"


def _writer(session: Session, article: Article) -> str | None:
    """Return who wrote an article; who wrote a letter is shown to the unit alone that handles it."""
    if article.author is None or article.channel not in letter_counts.CHANNELS:
        return article.author
    lead = matters.matter_of_event(session, article.event_id)
    case = assignments.going_on(session, lead.case) if lead else None
    handles = case is not None and case.unit_id == who().unit_id
    return article.author if handles else "来信人只对承办单位显示"


def visible(session: Session, article_id: int) -> Article:
    """Return an article who asks may see; 404 for a section where it belongs to none of its matters."""
    article = found(session.get(Article, article_id))
    if not who().reads_all:
        lead = matters.matter_of_event(session, article.event_id)
        case = assignments.going_on(session, lead.case) if lead else None
        if case is None or not assignments.helps(session, case, who().unit_id):
            abort(404)
    return article


def _row(session: Session, article: Article) -> Row:
    hits = watch_hits.of_articles(session, [article.id]).get(article.id, [])
    correction = correction_of(session, article.id)
    return row(article, matters.copies_of(session, [article.id]), [], hits, correction)


def correction_of(session: Session, article_id: int) -> Corrected | None:
    """Return the correction of an article that counts, None without one."""
    kept = corrections.latest(session, article_id)
    if kept is None:
        return None
    said = {name: getattr(kept, name) for name in Corrected.__slots__ if name != "words"}
    return Corrected(words=corrections.answers_of(kept).words(), **said)


def row(
    article: Article,
    copies: dict[int, int],
    words: list[str],
    hits: Sequence[Marked] = (),
    correction: Corrected | None = None,
) -> Row:
    """Return an article as it is shown; masking keeps every length, so the places of reasons and hits stay right."""
    verdict = store.verdict_of(article)
    title, body = mask(article.title), mask(article.body)
    reasons = [*_spans(verdict), *(span for hit in hits for span in hit.spans)]
    edge = len(title) + 1
    in_title = [span for span in reasons if span[1] < edge]
    in_body = [(start - edge, end - edge) for start, end in reasons if start >= edge]
    external = article.link if article.link.startswith(("http://", "https://")) else None
    return Row(
        article=article,
        verdict=verdict,
        title=marked(title, [*in_title, *spans_of(title, words)]),
        body=marked(body, [*in_body, *spans_of(body, words)]),
        copies=copies.get(article.id, 0),
        external=external,
        hits=tuple(hits),
        correction=correction,
    )


def hit_words(one: Row, hit: Marked) -> str:
    """Return the words by which an article hit a 专题, each once, as the article writes them."""
    whole = mask(f"{one.article.title}\n{one.article.body}")
    return "、".join(dict.fromkeys(whole[start:end] for start, end in hit.spans))


def _spans(verdict: Judged | None) -> list[Span]:
    """Return the places of the reasons in title + newline + body."""
    spans = [reason.get("span") for reason in verdict.reasons] if verdict else []
    return [(int(span[0]), int(span[1])) for span in spans if span]
