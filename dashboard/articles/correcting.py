"""改判: a person corrects what the system said of an article, on its page, beside the list, on the page of a lead."""

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response

from dashboard.articles import article_page, visible
from dashboard.auth.rules import allow
from dashboard.pages import now, who
from domain.correction import Answers
from domain.verdict import Sentiment
from store.correcting import correct, waiting_lead
from store.db import transaction
from store.tables.people import Person

correcting = Blueprint("correcting", __name__, url_prefix="/articles")
CORRECTORS = ("duty", "office", "section")
"""A section corrects what it sees: the articles of its own matters."""
YES_NO = {"yes": True, "no": False}


@correcting.post("/<int:article_id>/correct")
@allow(*CORRECTORS)
def change(article_id: int) -> Response | tuple[str, int]:
    """Write a correction; where it makes an open lead needless, the judgement of the lead is offered."""
    try:
        with transaction() as session:
            article = visible(session, article_id)
            answers = _answers()
            person = session.get_one(Person, who().id)
            correct(session, article, answers, person, now(), request.form.get("why", ""))
            lead = waiting_lead(session, article)
            lead_id = lead.id if lead else None
    except ValueError as error:
        return article_page(article_id, wrong=str(error))
    done = "已改判。" if answers.fields() else "已撤回改判，恢复系统初判。"
    back = _back(article_id)
    if lead_id is None or not answers.unwanted or not who().decides:
        flash(done)
    elif back == f"/leads/{lead_id}":
        flash(f"{done}这条线索还在等研判，可在下面记为非本单位事项。")
        back += "?open=dismiss"
    else:
        flash(f"{done}它提出的线索还在等研判，可以记为非本单位事项。", f"/leads/{lead_id}?open=dismiss")
    return redirect(back)


def _answers() -> Answers:
    form = request.form
    if form.get("withdraw"):
        return Answers()
    mood = form.get("sentiment", "")
    return Answers(
        unit=form.get("unit", "")[:100] or None,
        sentiment=Sentiment(mood) if mood in list(Sentiment) else None,
        relevant=YES_NO.get(form.get("relevant", "")),
        emergency=YES_NO.get(form.get("emergency", "")),
        false_alarm=form.get("false_alarm") == "yes",
    )


def _back(article_id: int) -> str:
    """Return where the form was: the list with its filter, a lead, else the article's own page."""
    back = request.form.get("back", "")
    local = back.startswith(("/articles?", "/articles#", "/leads/")) and "\\" not in back and "\n" not in back
    return (
        f"{back}#article-{article_id}"
        if local and back.startswith("/articles?")
        else back
        if local
        else _own(article_id)
    )


def _own(article_id: int) -> str:
    return f"/articles/{article_id}"
