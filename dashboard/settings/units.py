"""设置 · 单位: the units in the office's order, kept by the system administrator."""

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, now, number, show
from dashboard.settings import view
from dashboard.settings.forms import SEE, me, text
from domain.org import UNIT_KINDS
from store import staff
from store.db import reading, transaction
from store.staff import UnitFields
from store.tables.people import Unit

units = Blueprint("units", __name__, url_prefix="/units")
KINDS = [(kind, kind) for kind in UNIT_KINDS]


@units.get("")
@allow(*SEE)
def listing() -> tuple[str, int]:
    """Show the units in the office's order, with their liaisons."""
    return _listing()


@units.post("")
@allow("system_admin")
def add() -> Response | tuple[str, int]:
    """Add a unit."""
    try:
        with transaction() as session:
            staff.save_unit(session, None, _fields(), me(session), now())
    except ValueError as error:
        return _listing(str(error))
    flash("单位已添加。")
    return redirect("/settings/units")


@units.get("/<int:unit_id>")
@allow(*SEE)
def page(unit_id: int) -> tuple[str, int]:
    """Show one unit."""
    return _page(unit_id)


@units.post("/<int:unit_id>")
@allow("system_admin")
def change(unit_id: int) -> Response | tuple[str, int]:
    """Change a unit."""
    try:
        with transaction() as session:
            made = found(session.get(Unit, unit_id))
            staff.save_unit(session, made, _fields(), me(session), now())
    except ValueError as error:
        return _page(unit_id, str(error))
    flash("单位已修改。")
    return redirect("/settings/units")


def _fields() -> UnitFields:
    form = request.form
    return UnitFields(
        name=text("name", 100) or "",
        kind=form.get("kind", ""),
        rank=number("rank"),
        telephone=text("telephone", 50),
        supervisor_id=number("supervisor") or None,
        active=form.get("active", "yes") == "yes",
    )


def _listing(words: str = "") -> tuple[str, int]:
    with reading() as session:
        return show(
            session,
            "settings/units.html",
            422 if words else 200,
            rows=view.units(session),
            kinds=KINDS,
            sent=request.form,
            words=words,
        )


def _page(unit_id: int, words: str = "") -> tuple[str, int]:
    with reading() as session:
        row = found(session.get(Unit, unit_id))
        return show(
            session,
            "settings/unit.html",
            422 if words else 200,
            unit=row,
            others=[other for other in view.all_units(session) if other.id != row.id],
            liaisons=view.holders(session, "liaison", row.id),
            people=view.everybody(session),
            kinds=KINDS,
            sent=request.form,
            words=words,
        )
