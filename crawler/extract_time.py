"""When an article was published: meta tags, then the lines above the text, below it, the address, a script."""

import re
from datetime import UTC, datetime, timedelta

from crawler import sites
from crawler.dates import Moment, find_moments, read_moment, read_relative
from crawler.extract_around import Around
from crawler.extract_head import Head
from crawler.page_tree import PageTree

_NAMES = (
    "pubdate",
    "article:published_time",
    "publishdate",
    "datepublished",
    "og:release_date",
    "apub:time",
    "publish_time",
    "weibo:article:create_at",
    "og:published_time",
    "firstpublishedtime",
    "createdate",
)
_PUBLISHED = re.compile(r"(?:发布|发表|刊发|上传|发文|時間|时间|日期)[^\d]{0,8}$")
_OTHER = re.compile(r"(?:成文|有效|施行|实施|截止|截至|更新|修改|开始|结束)[^\d，。]{0,8}$")
_IN_ADDRESS = re.compile(r"/(?:t|c_)?(20\d\d)[-/_]?(0[1-9]|1[0-2])[-/_]?([0-2]\d|3[01])(?=[/_.]|$)")

_TEXTS, _CHARS = 3000, 30_000  # How far into a page a date without any better place is looked for.


def published(page: Around, now: datetime) -> Moment | None:
    """Return the moment of publication, or None; relative times count from `now`."""
    tree, head = page.tree, page.head
    stated = _stated(head, now)
    near = _best(page.above) or _marked(tree, now)
    if stated and not (stated.precision == "day" and near and _same_day(stated, near)):
        return stated
    return near or _labelled(page.last_lines) or _labelled(page.below) or _in_script(page.raw) or _later(page, now)


def _later(page: Around, now: datetime) -> Moment | None:
    """Return what is left to believe where no date stands above the article: the weaker, the later."""
    everywhere = _dated(page.tree.text(0, _TEXTS)[:_CHARS])
    return (
        read_relative(page.above, now)
        or _first_labelled(everywhere)
        or _in_address(page.url)
        or _best(page.below)
        or _likeliest(everywhere)
    )


def _stated(head: Head, now: datetime) -> Moment | None:
    """Return the time of the meta tags; midnight to the second is how systems write a day."""
    values = (head.metas[name] for name in _NAMES if name in head.metas)
    moment = next((found for value in values if (found := read_moment(value, now))), None)
    if moment and moment.precision == "second" and (moment.at + timedelta(hours=8)).strftime("%H%M%S") == "000000":
        return Moment(moment.at, "day")
    return moment


def _marked(tree: PageTree, now: datetime) -> Moment | None:
    texts = (tree.text_of(element) for element in tree.parts.get("published", ()))
    return next((moment for text in texts if (moment := read_moment(text, now))), None)


def _dated(text: str) -> list[tuple[str, Moment]]:
    """Return the dates of `text`, each with the few characters before it, which may name it."""
    return [(text[max(0, start - 14) : start], moment) for start, _, moment in find_moments(text)]


def _best(text: str) -> Moment | None:
    return _likeliest(_dated(text))


def _likeliest(dated: list[tuple[str, Moment]]) -> Moment | None:
    """Return the date most likely to be that of publication: labelled, with a time of day, first."""
    return min(dated, key=lambda pair: _rank(*pair))[1] if dated else None


def _rank(before: str, moment: Moment) -> int:
    other = _OTHER.search(before) is not None
    return 4 * other + 2 * (moment.precision == "day") + (_PUBLISHED.search(before) is None)


def _labelled(text: str) -> Moment | None:
    return _first_labelled(_dated(text))


def _first_labelled(dated: list[tuple[str, Moment]]) -> Moment | None:
    """Return the first date that is called one of publication."""
    return next((moment for before, moment in dated if _PUBLISHED.search(before) and not _OTHER.search(before)), None)


def _in_address(url: str) -> Moment | None:
    """Return the day in an address such as …/202405/t20240513_1.html or …/2024-05/13/…"""
    for found in _IN_ADDRESS.finditer(url):
        moment = next((moment for _, _, moment in find_moments(f"{found[1]}-{found[2]}-{found[3]}")), None)
        if moment:
            return moment
    return None


def _in_script(text: str) -> Moment | None:
    for pattern in sites.marks().scripts:
        found = re.search(pattern, text)
        if found:
            return Moment(datetime.fromtimestamp(int(found[1]), UTC), "second")
    return None


def _same_day(one: Moment, other: Moment) -> bool:
    return 0 <= (other.at - one.at).total_seconds() < 86400
