"""敏感时期: what is registered, what is proposed for the year, and how far duty is raised."""

from datetime import date

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, now, number, show, who
from dashboard.who import SETTERS
from domain.gaps import USUAL_PERSONS
from domain.seasons import JUDGE_MINUTES, MOST_PERSONS, PERSONS, Proposal, span_words
from domain.workdays import beijing_day
from store import rota
from store import seasons as store
from store.db import reading, transaction
from store.seasons import SeasonFields
from store.tables.office import Season

seasons = Blueprint("seasons", __name__, url_prefix="/settings/seasons")
KEEPERS = ("office",)


@seasons.get("")
@allow(*SETTERS)
def listing() -> tuple[str, int]:
    """Show the seasons and what is proposed."""
    return _listing()


@seasons.post("")
@allow(*KEEPERS)
def add() -> Response | tuple[str, int]:
    """Add a season."""
    try:
        with transaction() as session:
            made = store.save(session, None, _fields(), _me(), now())
            words = f"已登记“{made.name}”（{span_words(made.start_on, made.end_on)}）。"
    except ValueError as error:
        return _listing(str(error))
    flash(words)
    return redirect("/settings/seasons")


@seasons.post("/take")
@allow(*KEEPERS)
def take() -> Response | tuple[str, int]:
    """Take over all that is proposed for a year, or one of it by name."""
    year, name, today = number("year"), request.form.get("name", ""), beijing_day(now())
    if year not in (today.year, today.year + 1):
        return _listing("请选择今年或明年")
    with transaction() as session:
        taken = store.take_over(session, year, today, _me(), now(), name=name or None)
    flash(f"已采用 {taken} 个建议。" if taken else "这些建议已经登记过。")
    return redirect("/settings/seasons")


@seasons.get("/<int:season_id>")
@allow(*SETTERS)
def page(season_id: int) -> tuple[str, int]:
    """Show one season."""
    return _page(season_id)


@seasons.post("/<int:season_id>")
@allow(*KEEPERS)
def change(season_id: int) -> Response | tuple[str, int]:
    """Change a season."""
    try:
        with transaction() as session:
            store.save(session, found(session.get(Season, season_id)), _fields(), _me(), now())
    except ValueError as error:
        return _page(season_id, str(error))
    flash("敏感时期已修改；已经提出的线索不受影响。")
    return redirect("/settings/seasons")


@seasons.post("/<int:season_id>/remove")
@allow(*KEEPERS)
def remove(season_id: int) -> Response:
    """Take a season away."""
    with transaction() as session:
        season = found(session.get(Season, season_id))
        name = season.name
        store.remove(session, season_id, _me(), now())
    flash(f"已取消“{name}”；已经提出的线索不受影响。")
    return redirect("/settings/seasons")


def _me() -> str:
    return f"person-{who().id}"


def _fields() -> SeasonFields:
    """Return what the form says. ValueError in the user's words."""
    form = request.form
    start = _day("start", "首日")
    end = _day("end", "末日") if form.get("end", "").strip() else start
    words = form.get("words", "").strip()[:200] or None
    return SeasonFields(form.get("name", ""), start, end, words, number("persons"), number("judge_minutes"))


def _day(name: str, words: str) -> date:
    text = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{words}看不懂：{text[:20]}" if text else f"请填写{words}") from None


def _listing(words: str = "") -> tuple[str, int]:
    today = beijing_day(now())
    with reading() as session:
        known = store.listed(session)
        proposed: dict[int, list[Proposal]] = {
            year: store.proposed(session, year, today) for year in (today.year, today.year + 1)
        }
        return show(
            session,
            "seasons/list.html",
            422 if words else 200,
            coming=[season for season in known if season.end_on >= today],
            past=[season for season in reversed(known) if season.end_on < today],
            proposed=proposed,
            gaps=[gap for gap in rota.coming_gaps(session, now()) if not gap.post],
            usual=store.usual_minutes(session),
            today=today,
            sent=request.form,
            words=words,
            **_common(),
        )


def _page(season_id: int, words: str = "") -> tuple[str, int]:
    with reading() as session:
        season = found(session.get(Season, season_id))
        facts = {"season": season, "usual": store.usual_minutes(session), "today": beijing_day(now())}
        return show(
            session, "seasons/page.html", 422 if words else 200, sent=request.form, words=words, **facts, **_common()
        )


def _common() -> dict[str, object]:
    return {
        "span": span_words,
        "persons": PERSONS,
        "minutes": JUDGE_MINUTES,
        "usual_persons": USUAL_PERSONS,
        "most_persons": MOST_PERSONS,
    }
