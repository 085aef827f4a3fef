"""The pages of the demo's media: home, lists, articles and feeds, each as of now."""

from datetime import datetime

from flask import Blueprint, Response, abort, current_app, render_template, request

from huiying.demo.beijing import BEIJING, stamp
from huiying.demo.city import Source
from huiying.demo.feeds import feed
from huiying.demo.newsstand import Newsstand

LATEST = 30
LISTED = 60
# Forums of this kind are often old and declare their encoding only inside the page, so the crawler meets that here.
FORUM_CHARSET = "gb18030"

pages = Blueprint("pages", __name__)


def stand() -> Newsstand:
    """The newsstand of the running application."""
    kept: Newsstand = current_app.extensions["newsstand"]
    return kept


@pages.get("/")
def home() -> str:
    """The city's media on one page, saying that all of it is fictional."""
    news = stand()
    latest = [(t, news.source(t.source), stamp(t.published_at(news.epoch))) for t in news.published()[:LATEST]]
    has_mail = "mail" in current_app.blueprints
    return render_template("home.html", city=news.city, latest=latest, has_mail=has_mail)


@pages.get("/feeds/<key>.xml")
def show_feed(key: str) -> Response:
    """One source's feed; 304 where nothing has changed since the asker's last visit."""
    body, changed, media_type = feed(stand(), _living(key), current_app.config["BASE"])
    response = Response(body, content_type=f"{media_type}; charset=utf-8")
    return _conditional(response, changed)


@pages.get("/lists/<key>.html")
def show_list(key: str) -> str:
    """One source's newest items with their times."""
    news, source = stand(), _living(key)
    rows = [(text, stamp(text.published_at(news.epoch))) for text in news.published(key)[:LISTED]]
    return render_template("list.html", city=news.city, source=source, rows=rows)


@pages.get("/articles/<key>.html")
def show_article(key: str) -> Response:
    """One text as its medium would show it; 404 before its time."""
    news = stand()
    try:
        text = news.find(key)
    except LookupError:
        abort(404)
    source, when = news.source(text.source), text.published_at(news.epoch)
    charset = FORUM_CHARSET if source.family == "forum" else "utf-8"
    html = render_template(
        f"article_{source.family}.html",
        city=news.city,
        source=source,
        text=text,
        paragraphs=text.paragraphs(news.epoch),
        related=news.earlier(text),
        charset=charset,
        when=stamp(when),
        seconds=stamp(when, seconds=True),
        iso=when.astimezone(BEIJING).isoformat(timespec="seconds"),
    )
    content_type = "text/html" if source.family == "forum" else "text/html; charset=utf-8"
    return _conditional(Response(html.encode(charset, "xmlcharrefreplace"), content_type=content_type), when)


def _living(key: str) -> Source:
    """The source with this key; 404 if there is none, 500 if it is the one that is broken on purpose."""
    try:
        source = stand().source(key)
    except LookupError:
        abort(404)
    if source.health == "dead":
        abort(500)
    return source


def _conditional(response: Response, changed: datetime) -> Response:
    """Add ETag and Last-Modified and turn into 304 where the asker has it already."""
    response.add_etag()
    response.last_modified = changed
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response
