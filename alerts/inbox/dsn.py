"""Delivery status notifications (RFC 3464), also where the mail around them is broken. Message in, failures out."""

import re
from collections.abc import Iterator
from email.message import Message

from alerts.inbox.failure import Failure, failure, status_in
from domain.letter_in import decoded, inside, parts

_FIELD = re.compile(r"^[>\s]*([A-Za-z][A-Za-z-]{2,40})\s*:\s*(.*)$")
_ADDRESS = re.compile(r"\"[^\"\s]{1,64}\"@[^\s<>,;]{1,200}|[^\s<>\"'(),;]{1,100}@[^\s<>\"'(),;]{1,200}")
_STATUS = re.compile(r"(?<!\d)([245]\.\d{1,3}\.\d{1,3})(?!\d)")
_UNDELIVERED = ("failed", "delayed")
_ARRIVED = ("delivered", "relayed", "expanded")
Fields = dict[str, str]


def failures(message: Message) -> tuple[Failure, ...] | None:
    """Return the recipients a status report says were not reached; None where the mail carries no such report."""
    groups = list(_groups(message))
    if not groups:
        return None
    found = [one for group in groups if (one := _failure(group)) is not None]
    return tuple({one.recipient: one for one in reversed(found)}.values())[::-1]


def _groups(message: Message) -> Iterator[Fields]:
    """Yield the fields of each recipient, from the report itself, else from texts that quote one."""
    reports = [part for part in parts(message) if part.get_content_type().endswith("delivery-status")]
    texts = [_text(part) for part in reports]
    if not any("-recipient" in text.lower() for text in texts):
        texts = [decoded(part) for part in parts(message) if not part.is_multipart()]
    for text in texts:
        yield from (fields for fields in _fields(text) if _recipients(fields) and "action" in fields | _status(fields))


def _text(part: Message) -> str:
    """Return the text of a report; the parser takes its groups apart as if each were a mail."""
    if not part.is_multipart():
        return decoded(part)
    return "\n\n".join(
        "\n".join([*(f"{name}: {value}" for name, value in group.items()), decoded(group)]) for group in inside(part)
    )


def _fields(text: str) -> Iterator[Fields]:
    """Yield the fields group by group: a group begins where an address of a recipient comes again."""
    group: Fields = {}
    last = ""
    for line in text.splitlines():
        field = _FIELD.match(line)
        if field is None:
            if last and line[:1] in (" ", "\t") and line.strip():
                group[last] += " " + line.strip()
            elif not line.strip(" >"):
                last = ""
            continue
        last = field[1].lower()
        if last in group and last.endswith("-recipient"):
            yield group
            group = {}
        if last not in group:
            group[last] = field[2].strip()
    yield group


def _recipients(fields: Fields) -> tuple[str, ...]:
    named = (
        fields.get("original-recipient", ""),
        fields.get("final-recipient", ""),
        fields.get("x-actual-recipient", ""),
    )
    found = [_ADDRESS.search(value.partition(";")[2] or value) for value in named]
    return tuple(dict.fromkeys(one[0].lower() for one in found if one))


def _status(fields: Fields) -> Fields:
    """Return a stand-in for the action where only the status is given."""
    return {"action": ""} if "status" in fields else {}


def _failure(fields: Fields) -> Failure | None:
    action = fields.get("action", "").split(" ")[0].lower().strip("();,")
    diagnosis = fields.get("diagnostic-code", "") or fields.get("x-notes", "")
    given = _STATUS.search(fields.get("status", ""))
    status = given[1] if given else status_in(diagnosis)
    if action in _ARRIVED or (action not in _UNDELIVERED and status.startswith("2")):
        return None
    recipient, *also = _recipients(fields)
    said = diagnosis.partition(";")[2].strip() or diagnosis or status
    return failure(recipient, said, status=_class(status, action), delayed=action == "delayed", also=tuple(also))


def _class(status: str, action: str) -> str:
    """Return the status; one of success in a report of failure says nothing and counts as an unknown failure."""
    if status and not status.startswith("2"):
        return status
    return "4.0.0" if action == "delayed" else "5.0.0"
