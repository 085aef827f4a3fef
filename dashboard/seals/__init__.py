"""密封件: sealed matters with number and clock; their text for 纪检 and the handler named; sealing and opening."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, now, number, show, who
from dashboard.seals.gate import hidden
from dashboard.who import EVERYONE, READERS
from domain.masking import counted, mask
from domain.seal import KINDS
from store import matters, people
from store import seals as store
from store.db import reading, transaction
from store.tables.articles import Article
from store.tables.cases import Case, Lead
from store.tables.people import Person
from store.tables.seals import Seal

seals = Blueprint("seals", __name__, url_prefix="/seals")


@seals.get("")
@allow(*READERS)
def listing() -> tuple[str, int]:
    """Show the sealed matters: number, clock and who handles them, no text."""
    with reading() as session:
        rows = [(seal, *store.matters_of(session, seal.id)[1:]) for seal in store.listed(session)]
        keepers = people.holders(session, store.POST)
        return show(session, "seals/list.html", rows=rows, kinds=KINDS, keepers=keepers)


@seals.get("/<int:seal_id>")
@allow(*EVERYONE)
def page(seal_id: int) -> tuple[str, int]:
    """Show one sealed matter; its text to 纪检 and the handler, number and clock to the others who see every matter."""
    return _page(seal_id)


@seals.post("/<int:seal_id>/open")
@allow(*READERS)
def open_(seal_id: int) -> Response | tuple[str, int]:
    """Open a seal, with the reason."""
    try:
        with transaction() as session:
            seal = found(session.get(Seal, seal_id))
            store.open_(session, seal, _me(session), request.form.get("why", ""), now())
    except ValueError as error:
        return _page(seal_id, "open", str(error))
    flash("已解除密封，正文恢复显示。")
    return redirect(f"/seals/{seal_id}")


@seals.post("/<int:seal_id>/handler")
@allow(*READERS)
def name_handler(seal_id: int) -> Response | tuple[str, int]:
    """Name who handles a sealed matter."""
    try:
        with transaction() as session:
            seal = found(session.get(Seal, seal_id))
            store.name_handler(session, seal, session.get(Person, number("handler")), _me(session), now())
    except ValueError as error:
        return _page(seal_id, "handler", str(error))
    flash("已指定承办人，承办人登录后可以查看。")
    return redirect(f"/seals/{seal_id}")


@seals.post("/articles/<int:article_id>")
@allow(*READERS)
def shut_article(article_id: int) -> Response:
    """Seal the matter of an article by hand, with the reason."""
    return _shut(f"/articles/{article_id}", lambda session: session.get(Article, article_id))


@seals.post("/leads/<int:lead_id>")
@allow(*READERS)
def shut_lead(lead_id: int) -> Response:
    """Seal the matter of a lead by hand, with the reason."""
    return _shut(f"/leads/{lead_id}", lambda session: session.get(Lead, lead_id))


@seals.post("/cases/<int:case_id>")
@allow(*READERS)
def shut_case(case_id: int) -> Response:
    """Seal a case by hand, with the reason."""
    return _shut(f"/cases/{case_id}", lambda session: session.get(Case, case_id))


def _shut(page: str, ask: Callable[[Session], Article | Lead | Case | None]) -> Response:
    try:
        with transaction() as session:
            row = ask(session)
            if row is None:
                abort(404)
            seal = store.by_hand(session, row, _me(session), request.form.get("why", ""), now())
            address = f"/seals/{seal.id}"
    except ValueError as error:
        flash(f"没有密封：{error}。")
        return redirect(page)
    flash("已密封：正文只对纪检和承办人显示。")
    return redirect(address)


def _me(session: Session) -> Person:
    return session.get_one(Person, who().id)


def _page(seal_id: int, failed: str = "", words: str = "") -> tuple[str, int]:
    with reading() as session:
        seal = found(session.get(Seal, seal_id))
        shut = hidden(session, seal_id)
        if shut and not who().reads_all:
            abort(404)
        articles, lead, case = store.matters_of(session, seal_id)
        return show(
            session,
            "seals/page.html",
            422 if words else 200,
            seal=seal,
            kinds=KINDS,
            lead=lead,
            case=case,
            hidden=shut,
            texts=[] if shut else _texts(session, seal_id, articles),
            matter=_matter(session, seal_id, lead, case) if not shut else "",
            writer=store.knows_writer(session, seal_id, who().id),
            deadlines=matters.deadlines_of(session, lead.id) if lead else [],
            keeps=store.may_seal(session, _me(session)),
            people=_handlers(session, seal),
            failed=failed,
            words=words,
            sent=request.form,
        )


def _texts(session: Session, seal_id: int, articles: list[Article]) -> list[dict[str, Any]]:
    """Return the sealed articles as they are shown: masked, with the reasons of their verdict."""
    kept = store.contents(session, seal_id)
    shown = []
    for article in articles:
        content = kept.get(f"article-{article.id}", {})
        verdicts = [kept.get(f"verdict-{judged.id}", {}) for judged in article.judged]
        shown.append(
            {
                "article": article,
                "title": mask(content.get("title", article.title)),
                "body": mask(content.get("body", article.body)),
                "author": content.get("author"),
                "reasons": [reason for verdict in verdicts for reason in verdict.get("reasons", [])],
                "personal": counted(one for verdict in verdicts for one in verdict.get("personal") or ()),
            }
        )
    return shown


def _matter(session: Session, seal_id: int, lead: Lead | None, case: Case | None) -> str:
    """Return the title of the case as it was, else of the lead, else of the first article."""
    kept = store.contents(session, seal_id)
    rows = [f"case-{case.id}" if case else "", f"lead-{lead.id}" if lead else "", *sorted(kept)]
    titles = [kept[row]["title"] for row in rows if row in kept and kept[row].get("title")]
    return mask(titles[0]) if titles else ""


def _handlers(session: Session, seal: Seal) -> list[Person]:
    """Return who may be named: everybody active but administrators and the people of the unit it is about."""
    asked = select(Person).where(Person.active, Person.role.not_like("%admin")).order_by(Person.id)
    return [one for one in session.scalars(asked) if seal.about_unit_id is None or one.unit_id != seal.about_unit_id]
