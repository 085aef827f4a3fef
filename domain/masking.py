"""Personal data in texts: which stand where, and their masking in what is shown, mailed or copied.

The raw evidence stays as it was.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

STAR = "*"
KINDS = {
    "identity": "身份证号",
    "mobile": "手机号",
    "landline": "固定电话",
    "card": "银行卡号",
    "email": "邮箱",
    "plate": "车牌号",
    "home": "住址门牌",
}
"""The kinds of personal data that are found, as they are called on screens."""

_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![0-9A-Za-z])"
)
_MOBILE = re.compile(r"(?<!\d)(?:(?:\+|00)?86[- ]?)?(1[3-9]\d(?:[- ]?\d{4}){2})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(?:\(0\d{2,3}\)|（0\d{2,3}）|0\d{2,3})[- ]?([2-9]\d{6,7})(?!\d)")
_CARD = re.compile(r"(?<![0-9A-Za-z-])([2-9]\d{3}(?:[- ]?\d{4}){2}[- ]?\d{3,4}(?:[- ]?\d{1,3})?)(?![0-9A-Za-z-])")
_CARD_SAID = re.compile(
    r"(?:卡号|银行卡|储蓄卡|信用卡|借记卡|账号|帐号|账户|帐户|收款|打款|转账|建行|工行|农行|中行|邮储)"
)
_EMAIL = re.compile(r"(?<![\w.+-])([A-Za-z0-9][\w.+-]{0,63})@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,10}(?![\w-])", re.ASCII)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
    r"[A-HJ-NP-Z][·• .-]?((?=[A-HJ-NP-Z0-9]{0,5}\d)[A-HJ-NP-Z0-9]{5,6})(?![0-9A-Za-z])"
)
_HOME = re.compile(
    r"[0-9]{1,3}(?:号楼|号院|栋|幢|座|弄|#)(?:[A-Za-z]座)?"
    r"(\d{1,2}(?:单元|门)\d{0,2}(?:层|楼)?\d{1,4}(?:室|号|房|户)?|\d{1,2}[-—]\d{3,4}(?:室|号|房)?|\d{3,4}(?:室|号|房|户))(?!\d|元|块|人|名)"
)
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SUSPECT = re.compile(
    rf"[0-9@{_PROVINCES}](?<=(?=(?:"
    rf"[0-9](?:[-) ）]{{0,2}}[0-9]){{6}}|@|[{_PROVINCES}][A-HJ-NP-Z]|[0-9](?:号楼|号院|[栋幢座弄#]))).)"
)
"""With what personal data begin, at a letter that is quickly found: most texts hold nothing of it."""
_APART = "\n" * 20
"""Between texts looked through together: further than any pattern looks back."""
_DIGIT = re.compile("[0-9]")
_LONG = re.compile(r"[0-9](?:[-) ）]{0,2}[0-9]){6}")
"""What telephones, identity numbers and cards hold: most texts have none of it, and are looked through no further."""


class Personal(NamedTuple):
    """One piece of personal data: its kind of KINDS and its place in the text."""

    kind: str
    start: int
    end: int


def find(text: str) -> list[Personal]:
    """Return the personal data of a text, in its order, none within another.

    Mainland mobile numbers (with or without +86 and separators), landlines with their area code, identity numbers of
    18 digits, bank cards whose check digit is right (Luhn) and that are UnionPay's or called a card or account,
    e-mail addresses, number plates, and a flat within a building. Hotlines (12345), 400 numbers, years, sums and the
    numbers of orders are none.
    """
    found: list[Personal] = []
    for kind, match in _matches(text):
        one = Personal(kind, *match.span())
        if not any(one.start < other.end and other.start < one.end for other in found):
            found.append(one)
    return sorted(found, key=lambda one: one.start)


def find_each(texts: Sequence[str]) -> list[list[Personal]]:
    """Return the personal data of each text, as `find` does; quick where hardly one holds any."""
    starts = list(accumulate((len(text) + len(_APART) for text in texts), initial=0))
    suspected = {bisect_right(starts, match.start()) - 1 for match in _SUSPECT.finditer(_APART.join(texts))}
    return [find(text) if number in suspected else [] for number, text in enumerate(texts)]


def counted(found: Iterable[tuple[str, int, int]]) -> str:
    """Return what was found in words: `手机号 2 处、银行卡号 1 处`; empty for nothing."""
    numbers = Counter(kind for kind, *_ in found)
    return "、".join(f"{label} {numbers[kind]} 处" for kind, label in KINDS.items() if numbers[kind])


def mask(text: str) -> str:
    """Return `text` with personal data (see `find`) masked and every other character, and the length, as it was.

    Numbers of telephones keep the last two digits, identity numbers the first three, cards the last four; of an
    address the building stays and the flat goes. Because the length is kept, spans into the text stay valid.
    """
    masked = text
    for kind, match in _matches(text):
        if STAR not in masked[match.start() : match.end()]:
            masked = masked[: match.start()] + _MASKED[kind](match) + masked[match.end() :]
    return masked


def _matches(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Yield what is surely personal, the surest kinds first: a place found once is not looked at again."""
    if _LONG.search(text):
        for kind, pattern in (("identity", _IDENTITY), ("mobile", _MOBILE), ("landline", _LANDLINE)):
            for match in pattern.finditer(text):
                yield kind, match
        for match in _CARD.finditer(text):
            if _is_card(text, match):
                yield "card", match
    if _DIGIT.search(text):
        for kind, pattern in (("plate", _PLATE), ("home", _HOME)):
            for match in pattern.finditer(text):
                yield kind, match
    if "@" in text:
        for match in _EMAIL.finditer(text):
            yield "email", match


def _is_card(text: str, match: re.Match[str]) -> bool:
    """Return whether a number is a card: 16 to 19 digits, the last of them right, and UnionPay's or called one."""
    digits = [int(sign) for sign in match[1] if sign.isdigit()]
    if not 16 <= len(digits) <= 19:
        return False
    doubled = [2 * digit - 9 if digit > 4 else 2 * digit for digit in digits[-2::-2]]
    if (sum(digits[-1::-2]) + sum(doubled)) % 10:
        return False
    return match[1].startswith("62") or _CARD_SAID.search(text, max(0, match.start() - 12), match.start()) is not None


def _starred(shown: int, last: int) -> Callable[[re.Match[str]], str]:
    """Return what masks the digits and letters of group 1 but for the first `shown` and the last ones."""

    def masked(found: re.Match[str]) -> str:
        secret, end = found[1], len(found[1]) - last
        signs = "".join(STAR if shown <= at < end and sign.isalnum() else sign for at, sign in enumerate(secret))
        start = found.start(1) - found.start()
        return found[0][:start] + signs + found[0][start + len(secret) :]

    return masked


def _flat(found: re.Match[str]) -> str:
    """Return an address with the digits of the flat masked."""
    kept = len(found[0]) - len(found[1])
    return found[0][:kept] + re.sub(r"\d", STAR, found[1])


_MASKED: dict[str, Callable[[re.Match[str]], str]] = {
    "identity": lambda found: found[0][:3] + STAR * 15,
    "mobile": _starred(3, 2),
    "landline": _starred(0, 2),
    "card": _starred(0, 4),
    "email": _starred(1, 0),
    "plate": _starred(0, 1),
    "home": _flat,
}
