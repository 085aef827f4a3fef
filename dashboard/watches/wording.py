"""同义词 and 通用排除词: the two lists every 专题 is matched with."""

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import now, show, who
from dashboard.who import DUTY, READERS
from store import watch_trials
from store import watches as store
from store.db import reading, transaction

watch_wording = Blueprint("watch_wording", __name__, url_prefix="/watches/words")


@watch_wording.get("")
@allow(*READERS)
def page() -> tuple[str, int]:
    """Show both lists."""
    return _page()


@watch_wording.post("")
@allow(*DUTY)
def save() -> Response | tuple[str, int]:
    """Keep both lists; every 专题 is matched with them from now on, and its hits of 30 days are looked up anew."""
    synonyms, general = request.form.get("synonyms", ""), request.form.get("general", "")
    try:
        with transaction() as session:
            store.save_words(session, synonyms, general, f"person-{who().id}", now())
            watch_trials.ask(session, watch_trials.ALL, now())
    except ValueError as error:
        return _page(str(error))
    flash("已保存，各专题从现在起按新的词表匹配。")
    return redirect("/watches/words")


def _page(words: str = "") -> tuple[str, int]:
    with reading() as session:
        return show(
            session,
            "watches/words.html",
            422 if words else 200,
            synonyms=request.form.get("synonyms") or store.synonyms(session),
            general=request.form.get("general") if words else store.general(session),
            narrowed=[watch for watch in store.listed(session) if watch.general and watch.active],
            words=words,
        )
