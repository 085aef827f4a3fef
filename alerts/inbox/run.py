"""The inbox process: reads the mailbox every 20 s and applies what is new; waits where no mailbox is set."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Container
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy.exc import InterfaceError, OperationalError

from alerts.inbox.apply import apply, refuse
from alerts.inbox.mailbox import Arrived, Seen, Trouble, new_mails
from alerts.process import work_until
from store.db import reading, transaction
from store.office import beat, fact, set_fact
from store.settings import Settings

log = logging.getLogger(__name__)

PERIOD = 20.0
LONGEST = 300.0
"""Seconds between tries after many failed ones; they double until then."""
SIGN = 10.0
"""Seconds between signs of life while it waits."""
SHOWN_AFTER = 3
"""Failed rounds after which the sign of life says so."""
GIVE_UP = 3
"""Conversations that broke at one mail after which only its headers are fetched."""
FACT = "inbox"
UNSET = "没有设置 IMAP_URL，不收信"
Now = Callable[[], datetime]


def run(settings: Settings, stop: threading.Event) -> None:
    """Read the mailbox until `stop` is set. SystemExit(1) if reading broke off."""
    work_until(stop, "inbox", _reading, settings)


def read_once(settings: Settings, now: Now, stuck: Container[Seen] = ()) -> int:
    """Apply what is new in the mailbox; return how many mails. Raises Trouble.

    Where it stands is written after each mail, so that one cut off is read again; a mail that cannot be applied is
    written down as unreadable, and the next one goes on. An error of the database ends the round instead.
    """
    url = settings.imap_url
    assert url is not None  # noqa: S101, asked for by the caller
    count = 0
    for mail in new_mails(url, _seen(url), now(), stuck):
        _take(mail, settings, now())
        with transaction() as session:
            set_fact(session, FACT, {"of": _name(url), "validity": mail.seen.validity, "uid": mail.seen.uid})
            beat(session, "inbox", now())
        count += 1
    return count


def _take(mail: Arrived, settings: Settings, now: datetime) -> None:
    number = f"{mail.seen.validity}-{mail.seen.uid}"
    if not mail.whole:
        refuse(mail.raw, number, "这封来信太大，没有收取，请到邮箱里查看。", now)
        return
    try:
        log.info("mail %s: %s", number, apply(mail.raw, now, settings))
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("mail %s cannot be applied", number)
        refuse(b"", number, f"这封来信读不出来（{type(error).__name__}），请到邮箱里查看。", now)


def _reading(settings: Settings, stop: threading.Event) -> None:
    failed = 0
    broke: Counter[Seen] = Counter()
    if settings.imap_url is None:
        log.info("IMAP_URL is not set: nothing to read")
    while not stop.is_set():
        words = UNSET if settings.imap_url is None else ""
        if settings.imap_url is not None:
            trouble = _round(settings, broke)
            failed = failed + 1 if trouble else 0
            words = trouble if failed >= SHOWN_AFTER else ""
        _wait(stop, min(PERIOD * 2 ** max(failed - 1, 0), LONGEST), words)


def _round(settings: Settings, broke: Counter[Seen]) -> str:
    """Read once; return what went wrong, empty for nothing. `broke` counts at which mail how often."""
    stuck = {at for at, times in broke.items() if times >= GIVE_UP}
    try:
        count = read_once(settings, lambda: datetime.now(UTC), stuck)
    except Trouble as error:
        log.warning("%s", error)
        broke.update([error.at] if error.at else [])
        return str(error)
    except Exception as error:
        log.error("reading failed: %s", type(error).__name__)
        return f"收信中断（{type(error).__name__}）"
    if count:
        log.info("read %s mails", count)
    return ""


def _wait(stop: threading.Event, seconds: float, words: str) -> None:
    """Wait, with a sign of life every 10 s."""
    while seconds > 0 and not stop.is_set():
        try:
            with transaction() as session:
                beat(session, "inbox", datetime.now(UTC), words)
        except Exception as error:
            log.error("no sign of life: %s", type(error).__name__)
        stop.wait(min(SIGN, seconds))
        seconds -= SIGN


def _seen(url: str) -> Seen | None:
    with reading() as session:
        known = fact(session, FACT)
    if not isinstance(known, dict) or known.get("of") != _name(url):
        return None
    return Seen(known["validity"], known["uid"])


def _name(url: str) -> str:
    """Return a name for a mailbox that tells nothing of it; another one is read from its own beginning."""
    head, _, tail = url.rpartition("@")
    user = head.rpartition("//")[2].partition(":")[0]
    return sha256(f"{user}@{tail}".encode()).hexdigest()[:16]
