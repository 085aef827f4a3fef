"""Changing a source: everything keepers write about it, and its address; what it brought stays."""

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, now, show, who
from dashboard.sources import KEEPERS, fields
from dashboard.sources.options import SELECTORS, described
from store import registering, source_access
from store.db import reading, transaction
from store.sources import PASSIVE
from store.tables.sources import Source

editing = Blueprint("editing", __name__, url_prefix="/sources")


@editing.get("/<int:source_id>/edit")
@allow(*KEEPERS)
def edit(source_id: int) -> tuple[str, int]:
    """Show the form."""
    return edit_page(source_id)


@editing.post("/<int:source_id>/edit")
@allow(*KEEPERS)
def change(source_id: int) -> Response | tuple[str, int]:
    """Change a source."""
    try:
        with transaction() as session:
            source = found(session.get(Source, source_id))
            timed = source.kind not in PASSIVE
            url = request.form.get("url", "").strip() if timed else source.url
            lost = registering.change(session, source, fields.read(timed=timed), url, f"person-{who().id}", now())
            secret = source_access.secret_words(source)
    except ValueError as error:
        return edit_page(source_id, "fields", str(error))
    flash("已保存。" + (f"网址换了网站，原来的{secret}已删除，需要时请重新填写。" if lost else ""))
    return redirect(f"/sources/{source_id}")


def edit_page(source_id: int, failed: str = "", words: str = "") -> tuple[str, int]:
    """Return the form; `failed` is the part of it that could not be done."""
    with reading() as session:
        source = found(session.get(Source, source_id))
        return show(
            session,
            "sources/edit.html",
            422 if words else 200,
            source=source,
            timed=source.kind not in PASSIVE,
            secret_words=source_access.secret_words(source),
            options=described(source.options),
            selectors=SELECTORS,
            values=request.form.to_dict() if failed == "fields" else fields.values_of(source),
            authorisation=request.form.get("authorisation", "") if failed == "secret" else source.authorisation or "",
            failed=failed,
            words=words,
            **fields.choices(session),
        )
