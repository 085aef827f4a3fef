"""密封: whether a text reports corruption of an official, or complains about one of our staff by name or post."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

KINDS = {"integrity": "廉政举报", "staff": "投诉工作人员", "hand": "人工密封"}
TITLE = "密封件（由纪检办理）"
"""What everybody else reads in place of title and text."""
NEAR_ACT, NEAR_STAFF = 30, 18
"""Act and official belong together when at most so many characters, and no end of a sentence, lie between them."""
EMPLOYER = 10
"""Who somebody works for is said at most so many characters before."""
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林郑罗梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆"
    "范汪廖石金韦贾夏付方邹熊白孟秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐伍庞颜庄"
)
_STOP = re.compile(r"[。！？!?\n]")
_ADDRESSEE = re.compile(r"(?:请|尊敬的|敬爱的|上级|各位|希望|恳请|望)$")
"""`请领导查处` names who is written to, not who is complained of."""
_ADDRESSED = re.compile(r"(?:你们?|贵|咱们?|本|我)(?:局|单位|所|科|大队|中心)")


@dataclass(frozen=True, slots=True)
class Found:
    """Why a text is sealed: `kind` of KINDS, the words that show it, and their place in the text."""

    kind: str
    words: tuple[str, ...]
    span: tuple[int, int]


@cache
def words(name: str) -> tuple[str, ...]:
    """Return a word list of seal.toml."""
    table = tomllib.loads(files("domain").joinpath("seal.toml").read_text(encoding="utf8"))
    return tuple(table[name]["words"].split())


def found(text: str, *, addressed: bool, ours: Iterable[str] = ()) -> Found | None:
    """Return why a text, in simplified characters, has to be sealed; None for any other.

    `addressed` says that it was written to the bureau (信箱、来电、留言): there an official without an employer is one
    of ours, and who reports an official elsewhere is protected too. Of what is written anywhere else only that counts
    which calls the bureau by one of the names `ours`. What news tell of a case that is public, and what happens in a
    film, is no report; a shop's clerk is no official.
    """
    if _any("fiction").search(text):
        return None
    public = _any("reported").search(text) is not None
    if public and not (addressed and _any("accusing").search(text)):
        return None
    own = _own(tuple(ours))
    return _integrity(text, addressed=addressed, own=own) or _staff(text, addressed=addressed, own=own)


def _integrity(text: str, *, addressed: bool, own: re.Pattern[str] | None) -> Found | None:
    for official, before in _officials(text):
        if _any("private").search(before) and not _is_ours(before, own):
            continue
        if not addressed and not _is_ours(before, own):
            continue
        act = _near(text, _any("acts"), official, NEAR_ACT)
        if act is not None:
            return _told("integrity", official, act)
    return None


def _staff(text: str, *, addressed: bool, own: re.Pattern[str] | None) -> Found | None:
    for official, before in _officials(text):
        ours = _is_ours(before, own)
        if not ours and (_any("private").search(before) or _any("elsewhere").search(before)):
            continue
        named = _NAMED.match(text, official.end()) or _SURNAMED.search(text, 0, official.start())
        known = official[0] in words("posts") or named is not None
        if not (known and (ours or addressed)):
            continue
        how = _near(text, _any("misconduct"), official, NEAR_STAFF)
        if how is not None:
            return _told("staff", official, how)
    return None


_NAMED = re.compile(rf"(?:叫|是|姓)?[{_SURNAMES}](?:某|x|\*|[一-龥]{{1,2}}(?=[，,、（(]|态度|对|在|不|骂|推|刁|玩))")
_SURNAMED = re.compile(rf"(?:[{_SURNAMES}]|姓[{_SURNAMES}]的|[{_SURNAMES}](?:某某?|x+)(?:这个|那个|等)?)$")


def _officials(text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Yield who might be complained of, with the words before."""
    for official in _any("officials").finditer(text):
        before = _before(text, official.start())
        if not _ADDRESSEE.search(before):
            yield official, before


def _before(text: str, start: int) -> str:
    """Return the characters before a place, of the same sentence: who somebody works for is said there."""
    return _STOP.split(text[max(0, start - EMPLOYER) : start])[-1]


def _is_ours(before: str, own: re.Pattern[str] | None) -> bool:
    return _ADDRESSED.search(before) is not None or (own is not None and own.search(before) is not None)


def _near(text: str, what: re.Pattern[str], official: re.Match[str], reach: int) -> re.Match[str] | None:
    """Return what stands near an official in the same sentence, after or before."""
    after = what.search(text, official.end(), min(len(text), official.end() + reach))
    if after is not None and not _STOP.search(text, official.end(), after.start()):
        return after
    found = list(what.finditer(text, max(0, official.start() - reach), official.start()))
    return found[-1] if found and not _STOP.search(text, found[-1].end(), official.start()) else None


def _told(kind: str, official: re.Match[str], act: re.Match[str]) -> Found:
    spans = (*official.span(), *act.span())
    return Found(kind, (official[0], act[0]), (min(spans), max(spans)))


@cache
def _any(name: str) -> re.Pattern[str]:
    """Return a pattern that finds any word of a list, the longest first."""
    return re.compile("|".join(map(re.escape, sorted(words(name), key=len, reverse=True))))


@cache
def _own(names: tuple[str, ...]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True)))) if names else None
