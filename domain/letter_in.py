"""A mail that came in, as bytes, becomes its facts: sender, subject, ids, text, files. Malformed mail never raises."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.policy import Compat32
from email.utils import getaddresses, parsedate_to_datetime
from hashlib import sha256

from domain.html_text import as_text

MOST_TEXT = 400_000
"""Characters of one text that are read; nobody writes more, and every rule stays quick."""
MOST_HEADER = 20_000
MOST_PARTS = 300
MOST_FILES = 20
LARGEST_FILE = 20 * 1024 * 1024
SMALLEST_PICTURE = 20 * 1024
"""Pictures within a text that are smaller are those of signatures."""
UNNAMED = "未命名附件"
MOST_UU = 5_000_000
_UU = {"x-uuencode", "uuencode", "uue", "x-uue"}
_ID = re.compile(r"<[^<>\s]{3,290}>")
_ADDRESS = re.compile(r"[^\s<>\"'(),:;\[\]]{1,100}@[^\s<>\"'(),:;\[\]]{1,200}")
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class File:
    """One attachment with its bytes. `inline`: a picture that the text shows, e.g. a photo or a logo."""

    name: str
    media_type: str
    content: bytes
    inline: bool = False


@dataclass(frozen=True, slots=True)
class LetterIn:
    """What a mail says. `answers` are the ids of the mails it answers, the nearest first; addresses in lower case."""

    message: Message
    message_id: str
    sender: str
    sender_name: str
    subject: str
    sent_at: datetime | None
    answers: tuple[str, ...]
    text: str
    files: tuple[File, ...]
    left_out: tuple[str, ...]
    """Names of attachments that were too large or too many."""


class _ShortHeaders(Compat32):
    """Cuts headers as they are read: the library takes minutes for the parameters of one of megabytes."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Return name and value of a header."""
        name, value = super().header_source_parse(sourcelines)
        return name, value[:MOST_HEADER]


def read(raw: bytes) -> LetterIn:
    """Return the facts of a mail. One without a Message-ID gets a digest of its bytes in its place."""
    message = message_from_bytes(raw, policy=_ShortHeaders())
    name, sender = _sender(message)
    files, left_out = _files(message)
    return LetterIn(
        message=message,
        message_id=_message_id(message) or f"<sha256-{sha256(raw).hexdigest()}>",
        sender=sender,
        sender_name=name,
        subject=header(message, "Subject"),
        sent_at=_sent_at(message),
        answers=_answers(message),
        text=text_of(message),
        files=files,
        left_out=left_out,
    )


def header(message: Message, name: str) -> str:
    """Return a header decoded, on one line, empty where there is none; raw bytes are read as UTF-8 or GB18030."""
    value = message.get(name)
    if value is None:
        return ""
    if isinstance(value, str):
        value = value[:MOST_HEADER]
    try:
        pieces = decode_header(value)
    except (MessageError, ValueError, LookupError, AttributeError):
        pieces = [(str(value), None)]
    return " ".join(storable("".join(_piece(piece, charset) for piece, charset in pieces)).split())


def addresses(message: Message, *names: str) -> tuple[str, ...]:
    """Return the addresses of some headers in lower case, once each."""
    found = [address for name in names for address in _ADDRESS.findall(header(message, name))]
    return tuple(dict.fromkeys(address.lower() for address in found))


def ids(text: str) -> tuple[str, ...]:
    """Return the Message-IDs in a text, once each."""
    return tuple(dict.fromkeys(_ID.findall(text)))


def inside(part: Message) -> list[Message]:
    """Return the parts right inside a part, none where it has no parts; its text is not decoded, which could fail."""
    held = part.get_payload() if part.is_multipart() else []
    return [one for one in held if isinstance(one, Message)]


def parts(message: Message) -> Iterator[Message]:
    """Yield the parts of a mail, but nothing from within a mail that it carries."""
    waiting, seen = [message], 0
    while waiting and seen < MOST_PARTS:
        part, seen = waiting.pop(0), seen + 1
        yield part
        if part.get_content_maintype() == "multipart":
            waiting[:0] = inside(part)


def text_of(message: Message) -> str:
    """Return what a mail says, as plain text: its plain part, else its HTML; quoted HTML is marked as in plain text."""
    plain = [decoded(part) for part in parts(message) if _is_text(part, "text/plain")]
    if any(one.strip() for one in plain):
        return "\n".join(plain)[:MOST_TEXT]
    html = [as_text(decoded(part)) for part in parts(message) if _is_text(part, "text/html")]
    return "\n".join(html)[:MOST_TEXT]


def html_of(message: Message) -> str:
    """Return the HTML of a mail as plain text, empty where it has none."""
    return "\n".join(as_text(decoded(part)) for part in parts(message) if _is_text(part, "text/html"))[:MOST_TEXT]


def decoded(part: Message) -> str:
    """Return the text of a part; its charset is believed only where the bytes agree."""
    content = _content(part)
    try:
        declared = str(part.get_content_charset() or "")
    except (ValueError, LookupError):
        declared = ""
    return storable(as_words(content, declared))[:MOST_TEXT]


def as_words(content: bytes, charset: str = "") -> str:
    """Return bytes as text by the declared charset, else UTF-8, else GB18030."""
    declared = "gb18030" if charset.lower() in ("gb2312", "gbk", "gb18030", "x-gbk", "cp936") else charset
    for name in dict.fromkeys((declared, "utf-8", "gb18030")):
        try:
            return content.decode(name) if name else content.decode("utf-8")
        except (LookupError, ValueError):
            continue
    return content.decode("utf-8", "replace")


def storable(text: str) -> str:
    """Return a text without the characters no database takes."""
    return _UNSTORABLE.sub("", text)


def _piece(piece: bytes | str, charset: str | None) -> str:
    if isinstance(piece, bytes):
        return as_words(piece, charset or "")
    return as_words(piece.encode("utf-8", "surrogateescape")) if not piece.isascii() else piece


def _content(part: Message) -> bytes:
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() in _UU and len(str(part.get_payload())) > MOST_UU:
        return b""  # Line by line it would take forty times its size.
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        content = None
    return content if isinstance(content, bytes) else b""


def _is_text(part: Message, media_type: str) -> bool:
    """Return whether a part is shown as text of this type; parts that lost their boundaries are plain text."""
    if part.get_content_maintype() == "multipart":
        return media_type == "text/plain" and not part.is_multipart()
    return part.get_content_type() == media_type and not _is_file(part)


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(_name(part))


def _name(part: Message) -> str:
    try:
        raw = part.get_filename()
    except (ValueError, LookupError, TypeError):
        return ""
    if not raw:
        return ""
    holder = Message()
    holder["Name"] = raw.replace("\n", " ").replace("\r", " ")
    return re.split(r"[\\/]", header(holder, "Name"))[-1].strip()[:300]


def _files(message: Message) -> tuple[tuple[File, ...], tuple[str, ...]]:
    """Return the attachments, and the names of those that are left out. Small pictures within the text are none."""
    kept: list[File] = []
    left_out: list[str] = []
    for part in parts(message):
        if part.is_multipart() or not (_is_file(part) or _is_picture_of_text(part)):
            continue
        name, content, inline = _name(part) or UNNAMED, _content(part), _is_picture_of_text(part)
        if inline and len(content) < SMALLEST_PICTURE:
            continue
        if len(kept) < MOST_FILES and len(content) <= LARGEST_FILE:
            kept.append(File(name, part.get_content_type()[:100], content, inline))
        else:
            left_out.append(name)
    return tuple(kept), tuple(left_out)


def _is_picture_of_text(part: Message) -> bool:
    inline = part.get_content_disposition() != "attachment"
    return inline and part.get_content_maintype() == "image" and part.get("Content-ID") is not None


def _sender(message: Message) -> tuple[str, str]:
    """Return name and address of the sender; the address is empty where it cannot be read."""
    shown = header(message, "From")
    found = _ADDRESS.findall(shown)
    try:
        name = next((name for name, _ in getaddresses([shown])), "")
    except (ValueError, IndexError, TypeError):
        name = ""
    return name[:100], found[-1].lower()[:300] if found else ""


def _message_id(message: Message) -> str:
    found = ids(header(message, "Message-ID"))
    return found[0][:300] if found else ""


def _answers(message: Message) -> tuple[str, ...]:
    nearest = ids(header(message, "In-Reply-To"))
    thread = ids(header(message, "References"))
    return tuple(dict.fromkeys((*nearest, *reversed(thread))))[:50]


def _sent_at(message: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(header(message, "Date"))
        return found if found.tzinfo is not None else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
