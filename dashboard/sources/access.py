"""What is opened by a secret: vendors that push, mailboxes, cookies of accounts. A secret is never shown again."""

from urllib.parse import quote

from flask import Blueprint, flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dashboard.auth.rules import allow
from dashboard.pages import found, now, settings, show, who
from dashboard.sources import KEEPERS, fields, one
from dashboard.sources.editing import edit_page
from store import registering, source_access
from store.db import reading, transaction
from store.tables.sources import Source

access = Blueprint("access", __name__, url_prefix="/sources")


@access.get("/push/new")
@allow(*KEEPERS)
def new_push() -> tuple[str, int]:
    """Show the form for a vendor that pushes."""
    return _push()


@access.post("/push/new")
@allow(*KEEPERS)
def add_push() -> tuple[str, int]:
    """Add a vendor; its key is shown in this answer and never again."""
    try:
        with transaction() as session:
            made, key = source_access.add_push(session, fields.read(timed=False), f"person-{who().id}", now())
            source_id = made.id
    except ValueError as error:
        return _push(str(error))
    return one(source_id, key=key)


@access.post("/<int:source_id>/key")
@allow(*KEEPERS)
def renew_key(source_id: int) -> tuple[str, int]:
    """Give a vendor another key; it is shown in this answer and never again."""
    try:
        with transaction() as session:
            source = found(session.get(Source, source_id))
            key = source_access.renew_key(session, source, f"person-{who().id}", now())
    except ValueError as error:
        return one(source_id, str(error))
    return one(source_id, key=key)


@access.get("/mailbox/new")
@allow(*KEEPERS)
def new_mailbox() -> tuple[str, int]:
    """Show the form for a mailbox."""
    return _mailbox()


@access.post("/mailbox/new")
@allow(*KEEPERS)
def add_mailbox() -> Response | tuple[str, int]:
    """Add a mailbox; it is read at once."""
    try:
        with transaction() as session:
            password = request.form.get("secret", "")
            about = (password, settings().secret_file, f"person-{who().id}", now())
            made = source_access.add_mailbox(session, fields.read(), _mailbox_address(), *about)
            address = f"/sources/{made.id}"
    except ValueError as error:
        return _mailbox(str(error))
    flash("已登记，马上读取第一次。口令已加密保存，不再显示。")
    return redirect(address)


@access.post("/<int:source_id>/secret")
@allow(*KEEPERS)
def secret(source_id: int) -> Response | tuple[str, int]:
    """Keep the authorisation and the cookie of an account, or the password of a mailbox; or delete the secret."""
    try:
        with transaction() as session:
            words = _secret(session, found(session.get(Source, source_id)))
    except ValueError as error:
        return edit_page(source_id, "secret", str(error))
    flash(words)
    return redirect(f"/sources/{source_id}/edit#secret")


def _secret(session: Session, source: Source) -> str:
    """Do what the form asks and return it in words. ValueError in the user's words."""
    by, what = f"person-{who().id}", source_access.secret_words(source)
    if request.form.get("do") == "forget":
        source_access.forget_secret(session, source, by, now())
        return f"{what}已删除。"
    said = []
    if "authorisation" in request.form:
        words = request.form["authorisation"].strip()[:2000]
        gone = source_access.keep_authorisation(session, source, words, by, now())
        said.append("授权已清空，Cookie 一并删除。" if gone else "授权已保存。" if words else "")
    text = request.form.get("secret", "").strip()
    if text or source.kind == registering.MAILBOX:
        source_access.keep_secret(session, source, text, settings().secret_file, by, now())
        said.append(f"{what}已加密保存，不再显示；马上用它抓取一次。")
    return "".join(said) or "没有改动。"


def _mailbox_address() -> str:
    """Return the address of the mailbox the form describes. ValueError where it names none."""
    form = request.form
    host, user = form.get("host", "").strip(), form.get("user", "").strip()
    scheme, usual = ("imap", "143") if form.get("plain") == "1" else ("imaps", "993")
    port, folder = form.get("port", "").strip() or usual, form.get("folder", "").strip() or "INBOX"
    if not host or not user or set(host) & set("/@?#: \\"):
        raise ValueError("请写明信箱的服务器和用户名；服务器只写主机名，如 imap.qingyuan.example")
    if not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        raise ValueError("端口应是 1 到 65535 的整数，加密信箱一般是 993")
    return f"{scheme}://{quote(user, safe='')}@{host}:{port}/{quote(folder)}"


def _push(words: str = "") -> tuple[str, int]:
    with reading() as session:
        values = fields.filled(authority="self_media", channel="news")
        more = fields.choices(session)
        return show(session, "sources/push_new.html", 422 if words else 200, values=values, words=words, **more)


def _mailbox(words: str = "") -> tuple[str, int]:
    with reading() as session:
        values = fields.filled(channel="message", authority="government", folder="INBOX")
        more = fields.choices(session)
        return show(session, "sources/mailbox_new.html", 422 if words else 200, values=values, words=words, **more)
