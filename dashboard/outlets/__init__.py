"""发布渠道: the registry of outlets, what was published elsewhere, and what is still to be put on the website."""

from flask import Blueprint, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, now, number, show, who
from dashboard.who import SETTERS
from domain.outlets import KINDS, OutletFields
from store import outlets as store
from store.db import reading, transaction
from store.tables.office import Outlet

outlets = Blueprint("outlets", __name__, url_prefix="/settings/outlets")
KEEPERS = ("office",)
_KINDS = list(KINDS.items())


@outlets.get("")
@allow(*SETTERS)
def listing() -> tuple[str, int]:
    """Show the registry."""
    return _listing()


@outlets.post("")
@allow(*KEEPERS)
def add() -> Response | tuple[str, int]:
    """Register an outlet."""
    try:
        with transaction() as session:
            rank = number("rank") or len(store.listed(session, active=False)) + 1
            made = store.save(session, None, _fields(), rank, _me(), now())
            words = f"已登记“{made.name}”。"
    except ValueError as error:
        return _listing(str(error))
    flash(words)
    return redirect("/settings/outlets")


@outlets.get("/<int:outlet_id>")
@allow(*SETTERS)
def page(outlet_id: int) -> tuple[str, int]:
    """Show one outlet."""
    return _page(outlet_id)


@outlets.post("/<int:outlet_id>")
@allow(*KEEPERS)
def change(outlet_id: int) -> Response | tuple[str, int]:
    """Change an outlet."""
    try:
        with transaction() as session:
            outlet = found(session.get(Outlet, outlet_id))
            store.save(session, outlet, _fields(), number("rank"), _me(), now())
    except ValueError as error:
        return _page(outlet_id, str(error))
    flash("渠道已修改。")
    return redirect("/settings/outlets")


@outlets.post("/<int:outlet_id>/switch")
@allow(*KEEPERS)
def switch(outlet_id: int) -> Response | tuple[str, int]:
    """Switch an outlet off, or on again."""
    try:
        with transaction() as session:
            outlet = found(session.get(Outlet, outlet_id))
            store.switch(session, outlet, active=not outlet.active, by=_me(), now=now())
            words = "已启用。" if outlet.active else "已停用：登记发布时不再列出，以前的发布记录都在。"
    except ValueError as error:
        return _page(outlet_id, str(error))
    flash(words)
    return redirect("/settings/outlets")


def _me() -> str:
    return f"person-{who().id}"


def _fields() -> OutletFields:
    form = request.form
    return OutletFields(form.get("name", ""), form.get("kind", ""), form.get("address", ""))


def _listing(words: str = "") -> tuple[str, int]:
    with reading() as session:
        return show(
            session,
            "outlets/list.html",
            422 if words else 200,
            rows=store.listed(session, active=False),
            used=store.used(session),
            owed=store.all_owed(session),
            sent=request.form or {"name": request.args.get("name", "")[:60]},
            words=words,
            **_common(session),
        )


def _page(outlet_id: int, words: str = "") -> tuple[str, int]:
    with reading() as session:
        outlet = found(session.get(Outlet, outlet_id))
        facts = {"outlet": outlet, "used": store.used(session).get(outlet.id), "kinds": _KINDS}
        return show(session, "outlets/page.html", 422 if words else 200, sent=request.form, words=words, **facts)


def _common(session: Session) -> dict[str, object]:
    return {"strays": store.used_unregistered(session), "kinds": _KINDS, "labels": KINDS}
