"""What a mail that came in changes: 签收, a report, a notice that did not arrive. One transaction a mail."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from alerts.fall_over import fall_over
from alerts.inbox.failure import Failure
from alerts.inbox.kind import Judged, Kind, judge
from domain.letter_in import read
from store import files, inbound, journal, notices, signing
from store.db import hold, reading, transaction
from store.inbound import Came, KeptFile
from store.settings import Settings
from store.signing import Way
from store.tables.cases import Lead
from store.tables.notices import Inbound, Notice

KNOWN = "known"


def apply(raw: bytes, now: datetime, settings: Settings) -> str:
    """Apply one mail and return what it was taken for: a kind, or `known` where it was applied before.

    Bytes are written before the transaction, so that no row ever names a file that is not there.
    """
    judged = judge(raw)
    with reading() as session:
        if inbound.is_known(session, judged.letter.message_id):
            return KNOWN
    kept = _kept(judged, settings.data_dir)
    with transaction() as session:
        return _applied(session, judged, kept, now, settings)


def refuse(raw: bytes, number: str, words: str, now: datetime) -> None:
    """Write down a mail that was not applied, so that a person looks at it in the mailbox. `raw` may be its headers."""
    letter = read(raw)
    subject = letter.subject or "（读不出标题）"
    with transaction() as session:
        came = Came(f"<not-read-{number}@mailbox>", letter.sender, subject, Kind.OTHER, words)
        inbound.note(session, came, now, waits=True)


def _kept(judged: Judged, data_dir: Path) -> list[KeptFile]:
    """Write the attachments of a mail into the data folder and return what is known of them."""
    folder = data_dir / files.ATTACHMENTS
    return [
        KeptFile(one.name, one.media_type, len(one.content), files.keep(folder, one.content))
        for one in (judged.files if judged.kind in (Kind.REPORT, Kind.OTHER) else ())
    ]


def _applied(session: Session, judged: Judged, kept: list[KeptFile], now: datetime, settings: Settings) -> str:
    """Return the kind a mail was applied as."""
    if judged.kind == Kind.BOUNCE:
        return _bounce(session, judged, now, settings)
    letter = judged.letter
    notice = inbound.answered(session, letter.answers, letter.subject, letter.sender)
    answers = notice is not None and inbound.may_answer(notice, letter.sender)
    if answers and notice is not None and judged.kind in (Kind.ACK, Kind.REPORT):
        return _answer(session, judged, notice, kept, now)
    kind = Kind.AUTO if judged.kind == Kind.AUTO else Kind.OTHER
    made = inbound.note(session, _came(judged, kind), now, notice, files=kept, waits=kind == Kind.OTHER)
    return kind if made is not None else KNOWN


def _answer(session: Session, judged: Judged, notice: Notice, kept: list[KeptFile], now: datetime) -> str:
    """Apply what the recipient of a notice answers. A report on what is no case yet acknowledges, and waits."""
    if notice.lead_id is not None:
        hold(session, session.get_one(Lead, notice.lead_id))
    case = inbound.case_of(session, notice)
    waits = judged.kind == Kind.REPORT and case is None
    made = inbound.note(session, _came(judged, judged.kind), now, notice, files=kept, waits=waits)
    if made is None:
        return KNOWN
    # A sheet is signed by a plain word of receipt alone; whoever writes more may mean something else.
    if judged.kind == Kind.ACK or signing.sheet_of(session, notice) is None:
        _acknowledge(session, notice, made, now)
    if judged.kind == Kind.REPORT and case is not None:
        inbound.report(session, made, case, notice.person, _sent_at(judged, notice, now), now)
    return judged.kind


def _acknowledge(session: Session, notice: Notice, made: Inbound, now: datetime) -> None:
    """Let a reply answer its notice; one that comes too late to sign a sheet waits for a person, with the reason."""
    try:
        signing.answer(session, notice, Way.REPLY, now, f"person-{notice.person_id}")
    except ValueError as error:
        made.waits, made.words = True, f"{made.words}\n（没有签上字：{error}）"


def _bounce(session: Session, judged: Judged, now: datetime, settings: Settings) -> str:
    """Mark the notice a bounce returns as failed and tell the superior; one that is only late is noted."""
    assert judged.bounce is not None  # noqa: S101, asked for by the caller
    failures = judged.bounce.failures
    lost = {address for one in failures for address in (one.recipient, *one.also)}
    notice = inbound.bounced(session, judged.bounce.returned, lost, now)
    if notice is not None and notice.lead_id is not None:
        hold(session, session.get_one(Lead, notice.lead_id))
    words = "；".join(_words(one) for one in failures)
    if inbound.note(session, _came(judged, Kind.BOUNCE, words), now, notice) is None:
        return KNOWN
    if notice is not None:
        _undelivered(session, notice, failures, words, now, settings)
    return Kind.BOUNCE


def _undelivered(
    session: Session,
    notice: Notice,
    failures: tuple[Failure, ...],
    words: str,
    now: datetime,
    settings: Settings,
) -> None:
    hold(session, notice)
    gone = any(one.given_up for one in failures)
    notices.note_delivery(session, notice.id, now, 0, ok=False, words=f"退信：{words}", permanent=gone)
    if not gone or notice.state != "sent" or notice.ack_at is not None:
        return
    notice.state, notice.error = "failed", f"邮件被退回：{words}"[:2000]
    journal.record(session, "mailbox", "bounced", f"notice-{notice.id}", now, status=[one.status for one in failures])
    session.flush()
    fall_over(session, notice, now, settings, reached=True)


def _came(judged: Judged, kind: Kind, words: str = "") -> Came:
    letter = judged.letter
    missing = "、".join(letter.left_out)
    note = f"\n（附件太大或太多，没有保存：{missing}）" if missing else ""
    return Came(letter.message_id, letter.sender, letter.subject, kind, (words or judged.text) + note)


def _words(failure: Failure) -> str:
    tense = "" if failure.given_up else "，对方服务器仍在重试"
    return f"{failure.recipient} {failure.why}{tense}（{failure.said or failure.status or '没有说明'}）"


def _sent_at(judged: Judged, notice: Notice, now: datetime) -> datetime:
    """Return when a report was sent, as far as its date can be believed, else when it came: it answers a notice."""
    sent = judged.letter.sent_at
    return sent if sent is not None and notice.created_at <= sent <= now else now
