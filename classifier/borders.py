"""Does a found word stand there as a word? 和服 in 产品和服务 does not, 食品 in 副食品 does, AI in MAIL does not.

Latin letters and digits need a border; Chinese has none, so the place is segmented, with dictionary words alone.
"""

import re
from functools import lru_cache

import rjieba

AROUND = 6
"""So many characters on each side decide how a place is segmented."""
RARE = 20
"""A word the dictionary saw no more often than this takes no other word's place."""

_HAN = "\u4e00-\u9fff\u3400-\u4dbf"
_HAN_FIRST, _HAN_LAST = re.compile(f"[{_HAN}]*"), re.compile(f"[{_HAN}]*$")


def false_friend(text: str, start: int, end: int) -> str | None:
    """Return the words of which `text[start:end]` is only a chance part, None where it stands there as a word.

    It does where no other word crosses its borders; where it is a part of a longer word at one of that word's own
    joints (副|食品); and where reading it as one word explains the place in fewer words, as with names that no
    dictionary has (市监局).
    """
    opens_han, ends_han = _is_han(text[start]), _is_han(text[end - 1])
    if not (opens_han and ends_han) and (run := _latin_run(text, start, end)):
        return run
    if end - start == 1 or not (
        (opens_han and start and _may_cross(text[max(start - 2, 0) : start + 2], min(start, 2)))
        or (ends_han and end < len(text) and _may_cross(text[end - 2 : end + 2], 2))
    ):
        return None
    left = start - len(_HAN_LAST.search(text[max(start - AROUND, 0) : start])[0]) if opens_han else start  # type: ignore[index]
    right = end + len(_HAN_FIRST.match(text[end : end + AROUND])[0]) if ends_han else end  # type: ignore[index]
    crossed = _crossed(text[left:right], start - left, end - left)
    return text[left + crossed[0] : left + crossed[1]] if crossed else None


@lru_cache(maxsize=1 << 17)
def _may_cross(around: str, border: int) -> bool:
    """Return whether any short dictionary word lies across a border; mostly none does, and that is soon known.

    A longer word that does holds a short one that does, or none that takes the hit apart.
    """
    near, far = around[border - 1 : border + 1], around[border - 1 :]
    before = max(border - 2, 0)
    known = rjieba.has_word
    return known(near) or known(far) or known(around[before : border + 1]) or known(around[before:])


def _is_han(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff" or "\u3400" <= sign <= "\u4dbf"


def _is_latin(sign: str) -> bool:
    return sign.isalnum() and not _is_han(sign)


def _latin_run(text: str, start: int, end: int) -> str:
    """Return the longer run of letters and digits the word is cut out of, empty if it is not."""
    left, right = start, end
    while left and _is_latin(text[start]) and _is_latin(text[left - 1]):
        left -= 1
    while right < len(text) and _is_latin(text[end - 1]) and _is_latin(text[right]):
        right += 1
    return text[left:right] if (left, right) != (start, end) else ""


@lru_cache(maxsize=1 << 16)
def _crossed(window: str, start: int, end: int) -> tuple[int, int] | None:
    """Return from where to where the words reach that cross the borders of `window[start:end]`, None for none."""
    across, a = [], 0
    for word in rjieba.cut(window, False):
        b = a + len(word)
        if (a < start < b or a < end < b) and not _joint(word, start - a, end - a):
            across.append((a, b))
        a = b
        if a >= end:
            break
    if not across:
        return None
    first, last = min(across[0][0], start), max(across[-1][1], end)
    between = window[start : across[0][0]], window[across[-1][1] : end], window[across[0][1] : across[-1][0]]
    found = len(across) + sum(map(_fewest, between))
    as_one = _fewest(window[first:start]) + 1 + _fewest(window[end:last])
    if as_one == found and end - start == 2:
        # Either reading has as many words: the more usual one is meant. Longer words seldom come about by chance.
        others = min(_usual(window[a:b]) for a, b in across)
        return (first, last) if others > max(_usual(window[start:end]), RARE) else None
    return None if as_one <= found else (first, last)


@lru_cache(maxsize=1 << 16)
def _joint(word: str, start: int, end: int) -> bool:
    """Return whether a longer word is made of the part between these places, rather than of parts that cross them.

    They may lie outside the word: what is found then reaches further. A word of two characters has no joint.
    """
    across = [
        _fewest(word[:a]) + 1 + _fewest(word[b:])
        for a in range(len(word))
        for b in range(a + 2, len(word) + 1)
        if b - a < len(word) and _partly(a, b, start, end) and rjieba.has_word(word[a:b])
    ]
    inside = word[max(start, 0) : end]
    apart = _fewest(word[: max(start, 0)]) + _fewest(word[end:])
    if start >= 0 and end <= len(word):
        return apart + 1 < min(across, default=len(word)) + rjieba.has_word(inside)
    apart += _fewest(inside)
    return len(word) > max(apart, 2) and apart <= min(across, default=apart)


def _partly(a: int, b: int, start: int, end: int) -> bool:
    return (a < start < b or a < end < b) and not (a <= start and end <= b)


@lru_cache(maxsize=1 << 16)
def _fewest(text: str) -> int:
    """Return of how few dictionary words, or single characters, a text can be made."""
    best = [0]
    for end in range(1, len(text) + 1):
        starts = (start for start in range(end) if end - start == 1 or rjieba.has_word(text[start:end]))
        best.append(min(best[start] + 1 for start in starts))
    return best[-1]


@lru_cache(maxsize=1 << 16)
def _usual(word: str) -> int:
    """Return how often the dictionary saw a word; for one it does not know what its parts make likely."""
    return int(rjieba.suggest_freq(word))


def forget() -> None:
    """Forget the places segmented so far, so that a measurement begins anew."""
    for kept in (_may_cross, _crossed, _joint, _fewest, _usual):
        kept.cache_clear()
