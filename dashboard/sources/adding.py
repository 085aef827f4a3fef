"""Adding a source by its address: the crawler looks at it first, then a keeper completes and saves."""

from flask import Blueprint, flash, redirect, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, now, number, part, show, who
from dashboard.sources import KEEPERS, fields
from dashboard.sources.looked import Looked, looked
from dashboard.sources.options import SELECTORS
from dashboard.sources.progress import progress
from store import asks, registering
from store.db import reading, transaction
from store.registering import Reading
from store.tables.sources import Ask, Source

adding = Blueprint("adding", __name__, url_prefix="/sources")
LONGEST_SELECTOR = 500


@adding.get("/new")
@allow(*KEEPERS)
def new() -> tuple[str, int]:
    """Show the ways in which a source is added."""
    return _new()


@adding.post("/look")
@allow(*KEEPERS)
def look() -> Response | tuple[str, int]:
    """Ask the crawler to look at an address."""
    url = request.form.get("url", "").strip()
    if not registering.is_web(url):
        return _new("网址应以 http:// 或 https:// 开头，并写明网站")
    wanted: dict[str, object] = {"url": url, "example": request.form.get("example", "").strip()[:2000]}
    with transaction() as session:
        about = session.get(Source, number("source"))
        if about is not None:
            wanted["source_id"] = about.id
            if "same" in request.form:
                wanted |= {"kind": about.kind, "options": about.options}
        return _ask(session, wanted)


@adding.get("/look/<int:ask_id>")
@allow(*KEEPERS)
def answer(ask_id: int) -> tuple[str, int]:
    """Show how far the look is, then what was found."""
    return _answer(ask_id)


@adding.post("/look/<int:ask_id>/again")
@allow(*KEEPERS)
def again(ask_id: int) -> Response:
    """Look once more: with other selectors, with an example, or as before."""
    with transaction() as session:
        ask = _mine(session, ask_id)
        wanted = {name: value for name, value in ask.asked.items() if name not in ("kind", "options")}
        wanted["before"] = ask.id
        if "example" in request.form:
            wanted["example"] = request.form["example"].strip()[:2000]
        old = looked(ask, now()).reading
        chosen = {name: request.form.get(name, "").strip()[:LONGEST_SELECTOR] for name in SELECTORS}
        if old and chosen["row"]:
            kept = {name: value for name, value in (old.options or {}).items() if name not in SELECTORS}
            options = kept | {name: value for name, value in chosen.items() if value}
            wanted |= {"kind": old.kind, "options": options}
        return _ask(session, wanted)


@adding.post("/look/<int:ask_id>/save")
@allow(*KEEPERS)
def save(ask_id: int) -> Response | tuple[str, int]:
    """Save what was found as a source, with what the form says about it."""
    try:
        with transaction() as session:
            seen = _reading(_mine(session, ask_id))
            made = registering.add(session, fields.read(), seen, f"person-{who().id}", now())
            address, missing = f"/sources/{made.id}", not (made.legal_basis and made.impact)
    except ValueError as error:
        return _answer(ask_id, str(error))
    flash("已登记，马上抓取第一次。" + ("还没有登记监测依据和影响评估，列表里会标出。" if missing else ""))
    return redirect(address)


@adding.post("/look/<int:ask_id>/use")
@allow(*KEEPERS)
def use(ask_id: int) -> Response | tuple[str, int]:
    """Let the source the look was about be read as was found."""
    try:
        with transaction() as session:
            ask = _mine(session, ask_id)
            source = found(session.get(Source, ask.asked.get("source_id", 0)))
            lost = registering.read_anew(session, source, _reading(ask), f"person-{who().id}", now())
            address = f"/sources/{source.id}"
    except ValueError as error:
        return _answer(ask_id, str(error))
    flash(
        "已改用这次看到的读法，马上抓取。以前的信息和抓取记录都在。"
        + ("网址换了网站，原来的 Cookie 已删除。" if lost else "")
    )
    return redirect(address)


def _ask(session: Session, wanted: dict[str, object]) -> Response:
    said = {name: value for name, value in wanted.items() if value}
    made = asks.ask(session, "look", said, who().id, now())
    return redirect(f"/sources/look/{made.id}")


def _mine(session: Session, ask_id: int) -> Ask:
    """Return a look of the person who asks now. 404 for anything else."""
    ask = found(asks.of(session, ask_id, who().id))
    return found(ask if ask.what == "look" else None)


def _reading(ask: Ask) -> Reading:
    """Return how the source is read. ValueError where nothing was found."""
    seen = looked(ask, now()).reading
    if seen is None:
        raise ValueError("这个网址还没有看出可以监测的内容，不能登记")
    return seen


def _new(words: str = "") -> tuple[str, int]:
    with reading() as session:
        return show(session, "sources/new.html", 422 if words else 200, sent=request.form, words=words)


def _answer(ask_id: int, words: str = "") -> tuple[str, int]:
    with reading() as session:
        ask = _mine(session, ask_id)
        seen = looked(ask, now())
        return show(
            session,
            "sources/look.html",
            422 if words else 200,
            ask=ask,
            progress=progress(session, ask, now()),
            looked=seen,
            same=_same(session, seen),
            about=session.get(Source, ask.asked.get("source_id", 0)),
            selectors=SELECTORS,
            values=fields.filled(name=seen.name),
            words=words,
            **fields.choices(session),
        )


def _same(session: Session, seen: Looked) -> Source | None:
    """Return the source that has this address already."""
    if seen.reading is None:
        return None
    return session.scalars(select(Source).where(Source.url == seen.reading.url)).first()


@adding.get("/asks/<int:ask_id>")
@allow("duty", *KEEPERS)
def waiting(ask_id: int) -> str:
    """Return how far a question is, for the page that waits for its answer."""
    with reading() as session:
        ask = found(asks.of(session, ask_id, who().id))
        return part("sources/waiting.html", ask=ask, progress=progress(session, ask, now()))
