"""Where did it happen, and is that ours? Named places, `XX市` of any name, and words for here, elsewhere and abroad."""

import re
from dataclasses import dataclass

from classifier import lexicons
from classifier.reading import Reading
from domain.verdict import Reason

OURS, ELSEWHERE, ABROAD = "ours", "elsewhere", "abroad"
_ANY_TOWN = re.compile(
    r"(?<![\u4e00-\u9fff])?([\u4e00-\u9fff]{2})(?:市(?![场民值面区政监集井容内里中级])|县(?![城里级委长医域道]))"
)
_NO_TOWN = re.compile(
    r"[本全我各该城超夜股楼集门早菜上都县某贵此在到是的了和与去来区省跨入离进开逛出设撤副外邻车花鸟黑花年月日]"
    r"|^州|农贸|水产|批发|贸易|自治|现在|一个|每个|各个|几个|这个|那个|整个|有的|城区|国家|中心|人民|老百|直辖|地级|百强|民族"
)
_NAME_OF = re.compile(
    r"市?(?:[东南西北中一二三四五\d]*(?:路|街|大道|巷|弄|新村|花园|广场)|料理|菜|餐|烤|泡菜|拌|火锅|啤酒|红酒|奶粉|进口|品牌|牌|产的|货|仿制|拉面|面馆|米线|小吃|热干面|螺蛳|大盘鸡"
    r"|麻辣|饭店|酒家|酒楼|板面|羊肉|牛肉|风味|飞饼|代购|买的|买来|寄|带回|人开|籍|留学|游客|旅游|客人|梧桐|老板|烧烤|粉店|包子|饺子|串串|冒菜|特产|户口|大学|学院|银行|商会"
    r"|市?(?:省立|第[一二三四五六\d]+|中心|人民|儿童|妇幼|协和|大学附属|省|军区|总)*(?:人民)?医院)"
)
_DATELINE = re.compile(r"(?:新华社|新华网|中新网|中新社|人民网|央视网|本报)[^，。\n]{0,14}(?:电|讯|报道)")


@dataclass(frozen=True, slots=True)
class Mention:
    """A place named in the text and whose it is."""

    word: str
    start: int
    whose: str


@dataclass(frozen=True, slots=True)
class Place:
    """The answer: places in the order of the text, and whether the matter is in the bureau's area."""

    names: tuple[str, ...]
    ours: bool
    reasons: tuple[Reason, ...]
    abroad: bool = False


NOWHERE = Place((), True, ())


def place(reading: Reading, home: tuple[str, ...], at: int | None = None) -> Place:
    """Return where the matter is. `at` is where the text tells the harm: the place told before it decides.

    Without `home` every Chinese place counts as ours and foreign ones never. A text that names no place is
    ours: a message to the bureau seldom says in which city it was written.
    """
    if not home and "places" not in reading.questions:
        return NOWHERE
    found = _mentions(reading, home)
    deciding = _deciding(found, at)
    ours = deciding is None or deciding.whose == OURS
    names = tuple(dict.fromkeys(mention.word for mention in found if mention.word not in _SIGNS))
    abroad = deciding is not None and deciding.whose == ABROAD
    return Place(names, ours, () if deciding is None else (_reason(deciding),), abroad)


_SIGNS = frozenset(
    word
    for group in lexicons.groups("places")
    for word in group.words
    if group.name in ("外地说法", "本地说法")
    or word in ("国外", "境外", "海外", "某国", "外国", "外电", "外媒", "当地时间")
)
_WHOSE = {group.key: group.label for group in lexicons.groups("places")}


def _mentions(reading: Reading, home: tuple[str, ...]) -> list[Mention]:
    """Return the mentions in the order of the text.

    The dateline of an agency is not where it happened, nor is a place that only names something: 兰州拉面,
    北京路, 韩国料理, 转往省城某医院.
    """
    skipped = [match.span() for match in _DATELINE.finditer(reading.text)]
    found = [Mention(hit.word, hit.start, OURS) for hit in reading.of("home")]
    taken = {(mention.start, mention.start + len(mention.word)) for mention in found}
    for key, label in _WHOSE.items():
        found += [
            Mention(hit.word, hit.start, _whose(label, home))
            for hit in reading.of(key)
            if (hit.start, hit.end) not in taken
        ]
    if home:
        named = {mention.start for mention in found}
        found += [mention for mention in _towns(reading.text) if mention.start not in named]
    found = [one for one in found if not any(start <= one.start < end for start, end in skipped)]
    found = [one for one in found if one.whose == OURS or not _NAME_OF.match(reading.text, one.start + len(one.word))]
    return sorted((one for one in found if not _within(one, found)), key=lambda one: one.start)


def _within(one: Mention, found: list[Mention]) -> bool:
    """Return whether a longer name covers this one (罗马 in 罗马尼亚)."""
    end = one.start + len(one.word)
    return any(len(o.word) > len(one.word) and o.start <= one.start and end <= o.start + len(o.word) for o in found)


def _whose(label: str, home: tuple[str, ...]) -> str:
    if label == "abroad":
        return ABROAD
    if label == "here" or not home:
        return OURS
    return ELSEWHERE


def _towns(text: str) -> list[Mention]:
    """Return towns of any name (`岚州市`), which no list can hold; ordinary words such as 菜市 are left out."""
    return [
        Mention(match[1], match.start(1), ELSEWHERE)
        for match in _ANY_TOWN.finditer(text)
        if not _NO_TOWN.search(match[1])
    ]


def _deciding(found: list[Mention], at: int | None) -> Mention | None:
    """Return the last place told before the harm, else the first one told at all."""
    if not found:
        return None
    before = [mention for mention in found if at is not None and mention.start < at]
    if at is None:
        return next((mention for mention in found if mention.whose == OURS), found[0])
    if not before:
        return found[0]
    last = before[-1]
    near = [mention for mention in before if last.start - mention.start <= 12]
    outside = [mention for mention in near if mention.whose != OURS]
    return outside[0] if outside and last.whose == OURS and last.word in _SIGNS else last


def _reason(mention: Mention) -> Reason:
    words = {OURS: "在本地", ELSEWHERE: "在外地", ABROAD: "在境外"}[mention.whose]
    return Reason(f"{words}：{mention.word}", 0.0, "place", (mention.start, mention.start + len(mention.word)))
