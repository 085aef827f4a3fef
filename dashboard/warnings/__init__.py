"""消费预警: drafts made because complaints surged; edited, reviewed, published or dismissed by people alone."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, instant, just_passed, now, number, page_number, show, who
from dashboard.who import DUTY, EVERYONE
from domain.masking import mask
from domain.surge import rule
from domain.warning import State, gaps, usual
from store import announcements, outlets
from store import surge_warnings as store
from store.announcements import Published
from store.db import reading, transaction
from store.tables.articles import Article
from store.tables.opinion import SurgeWarning
from store.tables.people import Person

warnings = Blueprint("warnings", __name__, url_prefix="/warnings")
REVIEWERS = ("office", "leader")
PAGE = 20
LINE, EXCERPT = 60, 120
OPEN = (State.DRAFT, State.SUBMITTED, State.CLEARED)


@dataclass(frozen=True, slots=True)
class Row:
    """One complaint as it is listed: personal numbers masked."""

    article: Article
    title: str
    excerpt: str


@warnings.get("")
@allow(*EVERYONE)
def listing() -> tuple[str, int]:
    """Show the drafts that wait for somebody, then what became of the others; a section sees its own."""
    with reading() as session:
        rows = [row for row in store.listed(session) if who().sees_unit(row.unit_id)]
        return show(
            session,
            "warnings/list.html",
            open=[row for row in rows if row.state in OPEN],
            over=[row for row in rows if row.state not in OPEN],
            totals=store.totals(session),
            label=lambda row: State(row.state).label,
            usual=usual,
            rule=rule(),
        )


@warnings.get("/<int:warning_id>")
@allow(*EVERYONE)
def page(warning_id: int) -> tuple[str, int]:
    """Show one warning: its facts and reasons, the draft, the complaints it rests on."""
    return _page(warning_id)


@warnings.post("/<int:warning_id>")
@allow(*DUTY, "section")
def edit(warning_id: int) -> Response | tuple[str, int]:
    """Keep a person's wording, the unit's own too; with `submit` it goes to the reviewer."""
    form, submit = request.form, request.form.get("submit") == "1"
    try:
        with transaction() as session:
            row, me = _row(session, warning_id), session.get_one(Person, who().id)
            store.edit(session, row, form.get("title", ""), form.get("text", ""), me, now(), submit=submit)
    except ValueError as error:
        return _page(warning_id, str(error))
    flash("已送审。" if submit else "已保存，还没有送审。")
    return redirect(f"/warnings/{warning_id}")


@warnings.post("/<int:warning_id>/review")
@allow(*REVIEWERS)
def review(warning_id: int) -> Response | tuple[str, int]:
    """Clear what was submitted; the reviewer confirms that it holds no secret."""
    return _step(warning_id, State.CLEARED, "审核通过。发布以后在这里登记链接。")


@warnings.post("/<int:warning_id>/return")
@allow(*DUTY, "leader")
def send_back(warning_id: int) -> Response | tuple[str, int]:
    """Send a draft back to be worded anew, or take up one that was dismissed."""
    return _step(warning_id, State.DRAFT, "已退回拟稿。")


@warnings.post("/<int:warning_id>/dismiss")
@allow(*DUTY, "leader")
def dismiss(warning_id: int) -> Response | tuple[str, int]:
    """Dismiss a draft with a reason."""
    return _step(warning_id, State.DISMISSED, "已登记不发布。")


@warnings.post("/<int:warning_id>/publish")
@allow(*DUTY)
def publish(warning_id: int) -> Response | tuple[str, int]:
    """Record that a cleared warning was published: on which outlet, when, with its link."""
    try:
        with transaction() as session:
            at = just_passed(instant("at", "发布时间"))
            where = Published(number("outlet"), request.form.get("link", ""), at)
            person = session.get_one(Person, who().id)
            announcements.publish_warning(session, _row(session, warning_id), where, person, now())
    except ValueError as error:
        return _page(warning_id, str(error))
    flash("已登记发布。")
    return redirect(f"/warnings/{warning_id}")


def _step(warning_id: int, to: State, words: str) -> Response | tuple[str, int]:
    said, secret = request.form.get("words", ""), request.form.get("secret") == "1"
    try:
        with transaction() as session:
            row, me = _row(session, warning_id), session.get_one(Person, who().id)
            store.step(session, row, to, me, now(), said, secret=secret)
    except ValueError as error:
        return _page(warning_id, str(error))
    flash(words)
    return redirect(f"/warnings/{warning_id}")


def _row(session: Session, warning_id: int) -> SurgeWarning:
    row = found(session.get(SurgeWarning, warning_id))
    return found(row if who().sees_unit(row.unit_id) else None)


def shown(article: Article) -> Row:
    """Return a complaint as it is listed."""
    title, body = mask(article.title), mask(article.body)
    if body.startswith(title):  # An export without titles: the title is the beginning of the text.
        return Row(article, body[:LINE], body[LINE : LINE + EXCERPT])
    return Row(article, title, body[:EXCERPT])


def _page(warning_id: int, words: str = "") -> tuple[str, int]:
    with reading() as session:
        row, number = _row(session, warning_id), page_number()
        text = request.form.get("text", row.text) if words else row.text
        return show(
            session,
            "warnings/page.html",
            422 if words else 200,
            row=row,
            state=State(row.state).label,
            usual=usual(row.expected),
            total=store.total(session, warning_id),
            places=store.places(session, warning_id)[:8],
            rows=[shown(one) for one in store.articles(session, warning_id, PAGE, (number - 1) * PAGE)],
            number=number,
            size=PAGE,
            title=request.form.get("title", row.title) if words else row.title,
            text=text,
            gaps=gaps(text),
            published=announcements.of_warning(session, warning_id),
            outlets=[(one.id, one.name) for one in outlets.listed(session)],
            reviews=who().role in REVIEWERS,
            words_it=who().decides or who().role == "section",
            sent=request.form,
            words=words,
        )
