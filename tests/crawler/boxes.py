"""Mailboxes of the tests' IMAP server as sources of ours."""

from urllib.parse import urlsplit

from crawling import T
from services.imap import PASSWORD, Mailbox

from store import registering, source_secrets, sources
from store.db import transaction
from store.settings import Settings


def place(box: Mailbox) -> str:
    """Return the address and port of its server."""
    return urlsplit(box.url).netloc.rpartition("@")[2]


def address(box: Mailbox) -> str:
    """Return its address without the password."""
    return box.url.replace(f":{PASSWORD}@", "@")


def enter(box: Mailbox, settings: Settings) -> None:
    """Enter a mailbox as a source, with its password."""
    with transaction() as session:
        made = sources.add_source(
            session, address(box), T, name="局长信箱", kind=registering.MAILBOX, channel="message"
        )
        source_secrets.put(settings.secret_file, made, PASSWORD)
