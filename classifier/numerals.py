"""How many? Chinese and Arabic numerals as people write them: 十余, 上百, 三十来, 2万, 七八, 数十."""

import re
from typing import NamedTuple

_DIGITS = {char: n for n, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "仨": 3}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
NUMERAL = (
    r"(?:(?:近|约|上|成|数|好几|几)?(?:\d+(?:\.\d+)?[百千万]?|[零〇一二两三四五六七八九十百千万]+|俩|仨)几?"
    r"|数[十百千]|几[十百千]|好?几)"
)
_VAGUE = re.compile(r"^(好?几|数)(?=$|[十百千万])")
_VAGUE_SIZE = {"": 3, "十": 30, "百": 200, "千": 2000, "万": 20000}


class Amount(NamedTuple):
    """`exact` is the number told (its lower end: 十几 → 10), None where only a size is; `least` a lower bound."""

    exact: int | None
    least: int


def amount(words: str) -> Amount:
    """Return what a numeral matched by NUMERAL says. `数十` and `几个` have no exact value; 0 for unreadable ones."""
    vague = _VAGUE.match(words)
    if vague:
        least = _VAGUE_SIZE.get(words[vague.end() : vague.end() + 1], 3)
        return Amount(None, least)
    plain = words.lstrip("近约上成数好几").rstrip("几")
    value = _arabic(plain) if plain[:1].isdigit() else _chinese(plain)
    return Amount(value, value)


def _arabic(text: str) -> int:
    scale = _UNITS.get(text[-1], 1)
    return int(float(text if scale == 1 else text[:-1]) * scale)


def _chinese(text: str) -> int:
    """Read 三百二十五; two digits side by side (七八个, 四五十) mean the lower one."""
    total = section = 0
    digit: int | None = None
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char] if digit in (None, 0) else digit
            continue
        unit = _UNITS[char]
        if unit == 10000:
            total, section, digit = (total + section + (digit or 0) or 1) * unit, 0, None
        else:
            section += (1 if digit is None else digit) * unit
            digit = None
    return total + section + (digit or 0)
