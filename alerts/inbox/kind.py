"""What a mail that came in is: acknowledgement, report, bounce, automatic reply or other. Bytes in, facts out."""

import re
from dataclasses import dataclass
from enum import StrEnum

from alerts.inbox.auto import is_automatic
from alerts.inbox.bounce import Bounce, bounce
from alerts.inbox.reply import new_text
from domain.letter_in import File, LetterIn, read


class Kind(StrEnum):
    """Kinds of mail that comes in."""

    ACK = "ack"
    REPORT = "report"
    BOUNCE = "bounce"
    AUTO = "auto"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Judged:
    """A mail with its kind. `text` is the new text of a reply; `files` are those worth keeping."""

    kind: Kind
    letter: LetterIn
    text: str
    files: tuple[File, ...]
    bounce: Bounce | None = None


_POLITE = (
    r"您好|你好|好的?|嗯|谢谢(?:您|你|提醒|通知)?|感谢|多谢|辛苦了?|请放心|请知悉|领导好?|值班室|老师"
    r"|已?知悉|知道了|已阅|明白|马上办|立即办理?|马上办理|尽快办理|无误|通知|邮件|本邮件|此件|舆情|我科|我局"
    r"|我单位|本单位|科室"
)
_ACK = (
    r"(?:已|确认|予以|现已|同意|我已)?(?:签收|收悉|收到)(?:了|并签收|确认|回复|无误)?|1|１|①|一|ok|okay|received"
    r"|roger"
)
_UNIT = r"[\u4e00-\u9fff]{2,14}(?:科|局|处|室|股|所|队|中心)"
_DENIES = re.compile(r"[不未没非勿否]|无(?!误)")
_ACKNOWLEDGED = re.compile(rf"(?:(?:{_POLITE})*(?:{_UNIT})?(?:{_ACK})(?:(?:{_POLITE})|(?:{_ACK}))*)", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s，。,.!！~～、;；:：?？（）()\"“”'‘’《》【】\[\]—_-]+")
_OF_THE_PROGRAM = re.compile(r"\.(?:ics|vcf|p7s|asc|sig)$", re.IGNORECASE)
"""Files that mail programs add by themselves: calendars, cards, signatures. They are not kept."""
_SAYS_NOTHING = re.compile(r"\.(?:gif|ico|htm|html|dat)$", re.IGNORECASE)
"""Files that may come with any mail, winmail.dat of Outlook among them: kept, but they make no report."""
_SIGNED = re.compile(
    r"^(?:[\u4e00-\u9fff（）()]{2,24}(?:科|局|处|室|股|中心|大队|支队|办)(?:\s*[\u4e00-\u9fffA-Z]{2,5})?"
    r"|(?:20\d\d[年./-])?\d{1,2}[月./-]\d{1,2}日?)$"
)
LONGEST_ACK = 30


def judge(raw: bytes) -> Judged:
    """Return what a mail is and says. Never raises, whatever the bytes."""
    letter = read(raw)
    returned = bounce(letter.message)
    text = new_text(letter.text)
    files = tuple(file for file in letter.files if not _OF_THE_PROGRAM.search(file.name))
    return Judged(_kind(letter, returned, text, files), letter, text, files, returned)


def is_acknowledgement(text: str, name: str = "") -> bool:
    """Return whether a new text says 签收 and nothing but politeness beside it: 签收, 1, 收到, 已签收，谢谢.

    Below it may stand who signs: `name`, a unit, a day.
    """
    first, *below = [line.strip() for line in text.splitlines() if line.strip()] or [""]
    plain = _BETWEEN.sub("", "".join([first, *(line for line in below if line != name and not _SIGNED.match(line))]))
    return 0 < len(plain) <= LONGEST_ACK and not _DENIES.search(plain) and bool(_ACKNOWLEDGED.fullmatch(plain))


def _kind(letter: LetterIn, returned: Bounce | None, text: str, files: tuple[File, ...]) -> Kind:
    if returned is not None:
        return Kind.BOUNCE
    if is_automatic(letter.message):
        return Kind.AUTO
    if any(not file.inline and not _SAYS_NOTHING.search(file.name) for file in files):
        return Kind.REPORT
    if is_acknowledgement(text, letter.sender_name):
        return Kind.ACK
    return Kind.REPORT if text else Kind.OTHER
