"""The demo's inbox: the mails really sent over SMTP, newest first. What a mail says is not trusted."""

from io import BytesIO

from flask import Blueprint, Response, abort, current_app, render_template, request, send_file

from huiying.demo import mailview
from huiying.demo.beijing import stamp
from huiying.demo.mailfolder import Kept, MailFolder

PER_PAGE = 100
# The frame may show text, its own styles and pictures inside the mail, and open a link in a new window; nothing else.
HTML_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)

mail = Blueprint("mail", __name__, url_prefix="/mail")


def _folder() -> MailFolder:
    kept: MailFolder = current_app.extensions["mailfolder"]
    return kept


def _find(number: int) -> Kept:
    try:
        return _folder().find(number)
    except LookupError:
        abort(404)


@mail.get("/")
def show_list() -> str:
    """The list: time, recipients, subject."""
    kept = _folder().kept()
    page = max(request.args.get("page", 1, type=int), 1)
    shown = kept[(page - 1) * PER_PAGE : page * PER_PAGE]
    rows = [(one.number, stamp(one.arrived_at, seconds=True), *mailview.summary(one.path)) for one in shown]
    return render_template("mail_list.html", rows=rows, total=len(kept), page=page, more=len(kept) > page * PER_PAGE)


@mail.get("/<int:number>")
def show_mail(number: int) -> str:
    """One mail: headers, the HTML in a sandbox, the plain text, attachments."""
    kept = _find(number)
    parsed = mailview.read_mail(kept.path)
    return render_template(
        "mail.html",
        number=number,
        arrived=stamp(kept.arrived_at, seconds=True),
        subject=mailview.header(parsed, "Subject") or "（无主题）",
        headers=mailview.headers(parsed),
        has_html=mailview.html(parsed) is not None,
        plain=mailview.plain(parsed),
        attachments=mailview.attachments(parsed),
    )


@mail.get("/<int:number>/html")
def show_html(number: int) -> Response:
    """The HTML part alone, without scripts, forms or anything from elsewhere."""
    body = mailview.html(mailview.read_mail(_find(number).path))
    if body is None:
        abort(404)
    response = Response(body.encode("utf-8", "replace"), content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = HTML_POLICY
    return response


@mail.get("/<int:number>/source.eml")
def download(number: int) -> Response:
    """The mail as it came, for download."""
    return _file(_find(number).path.read_bytes(), f"{number}.eml", "message/rfc822")


@mail.get("/<int:number>/attachments/<int:place>")
def download_attachment(number: int, place: int) -> Response:
    """One attached file (the first is 1), for download."""
    files = mailview.attachments(mailview.read_mail(_find(number).path))
    if not 1 <= place <= len(files):
        abort(404)
    return _file(files[place - 1].content, files[place - 1].name, "application/octet-stream")


def _file(content: bytes, name: str, media_type: str) -> Response:
    safe = "".join(char for char in name if char.isprintable() and char not in '/\\"')
    return send_file(BytesIO(content), mimetype=media_type, as_attachment=True, download_name=safe or "file")
