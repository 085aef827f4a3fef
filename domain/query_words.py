"""The signs of the watch-word language: a text in, words, phrases, operators and brackets out, each with its place."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

FIELDS = {
    "title": "title",
    "标题": "title",
    "source": "source",
    "来源": "source",
    "place": "place",
    "地点": "place",
    "channel": "channel",
    "渠道": "channel",
    "author": "author",
    "作者": "author",
}
_OPERATORS = {
    **dict.fromkeys(("and", "与", "且", "&", "&&"), "and"),
    **dict.fromkeys(("or", "或", "|", "||"), "or"),
    **dict.fromkeys(("not", "非"), "not"),
}
_DOUBLE = '"＂“”„'
_CLOSES = {**dict.fromkeys(_DOUBLE, _DOUBLE), "「": "」", "『": "』", "‘": "’'", "'": "'’", "«": "»"}
_ENDS = frozenset("()（）「」『』«»" + _DOUBLE)
_OPEN, _SHUT, _LESS, _EXACT, _PLUS = "(（", ")）", "-－", "=＝", "+＋"
_FIELD = re.compile(rf"({'|'.join(FIELDS)})\s*[:：]\s*", re.IGNORECASE)
_OTHER_FIELD = re.compile(r"([A-Za-z_]+)[:：](?!//)")
_NO_WORD = frozenset("、，；;。,*＊")


class QueryError(ValueError):
    """What is wrong with a query, in the user's words; `at` is where, counted in characters from 0."""

    def __init__(self, words: str, at: int) -> None:
        self.words, self.at = words, at
        super().__init__(f"第 {at + 1} 个字：{words}")


@dataclass(frozen=True, slots=True)
class Token:
    """One sign: `kind` is word, phrase, field, and, or, not, ( or ); `exact` where `=` stood before it."""

    kind: str
    text: str
    at: int
    end: int
    exact: bool = False


def tokens(text: str) -> list[Token]:
    """Return the signs of a query in order. QueryError where one cannot be read."""
    found, at = [], 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token = _next(text, at)
        found.append(token)
        at = token.end
    return found


def _next(text: str, at: int) -> Token:
    sign = text[at]
    if sign in _OPEN or sign in _SHUT:
        return Token("(" if sign in _OPEN else ")", sign, at, at + 1)
    if field := _FIELD.match(text, at):
        return Token("field", FIELDS[field[1].lower()], at, field.end())
    if other := _OTHER_FIELD.match(text, at):
        raise QueryError(
            f"没有“{other[1]}”这个字段，可用的有 title、source、place、channel、author；要找原文请加引号", at
        )
    if sign in _LESS and _goes_on(text, at):
        return Token("not", sign, at, at + 1)
    if sign in _PLUS:
        raise QueryError("不用写加号：用空格隔开的词就要同时出现；要找原文请加引号", at)
    if sign in _EXACT:
        return _exact(text, at)
    return _phrase(text, at) if sign in _CLOSES else _word(text, at)


def _goes_on(text: str, at: int) -> bool:
    return at + 1 < len(text) and not text[at + 1].isspace()


def _exact(text: str, at: int) -> Token:
    """Return the word after `=`, which is to be found as it stands, whatever words are around it."""
    if not _goes_on(text, at) or text[at + 1] in _OPEN + _SHUT + _EXACT:
        raise QueryError("等号后面要紧跟一个词或加引号的短语", at)
    token = _phrase(text, at + 1) if text[at + 1] in _CLOSES else _word(text, at + 1)
    return Token("phrase", token.text, at, token.end, exact=True)


def _phrase(text: str, at: int) -> Token:
    closing = _CLOSES[text[at]]
    end = next((n for n in range(at + 1, len(text)) if text[n] in closing), None)
    if end is None:
        raise QueryError("引号没有合上", at)
    said = " ".join(text[at + 1 : end].split())
    if not said:
        raise QueryError("引号里没有内容", at)
    return Token("phrase", said, at, end + 1)


def _word(text: str, at: int) -> Token:
    end = next((n for n in range(at, len(text)) if text[n].isspace() or text[n] in _ENDS), len(text))
    said = text[at:end]
    plain = unicodedata.normalize("NFKC", said).lower()
    if plain in _OPERATORS:
        return Token(_OPERATORS[plain], said, at, end)
    for n, sign in enumerate(said):
        if sign in _NO_WORD and not (sign == "," and said[n - 1 : n].isdigit() and said[n + 1 : n + 2].isdigit()):
            raise QueryError(_not_a_word(sign), at + n)
    if not any(sign.isalnum() for sign in said):
        raise QueryError(f"“{said}”不是词；要找标点请写 =“{said}”", at)
    return Token("word", said, at, end)


def _not_a_word(sign: str) -> str:
    if sign in "*＊":
        return "不支持通配符；直接写词就行，较长的词里含有它也算"
    return f"“{sign}”不表示“或”：任一个出现写 OR，同时出现用空格；要找原文请加引号"


def words_of(text: str) -> Iterator[str]:
    """Yield the words of a list as people write it: one a line, or with commas, 顿号 or semicolons between."""
    for word in re.split(r"[\n\r,，、;；\t]+", text):
        if said := " ".join(word.split()):
            yield said
