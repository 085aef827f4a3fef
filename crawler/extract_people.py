"""Who published an article first and who wrote it: meta tags, the lines above the text, bylines in it."""

import re

from crawler.extract_around import Around
from crawler.page_tree import PageTree

_SOURCE_NAMES = ("contentsource", "source", "mediaid", "og:article:source")
_NAME = r"[^\s|｜<>【】\[\]（）()：:;；，,。]"
_SOURCE = re.compile(rf"(?:来源于?|來源|出处|转自|发布机构|供稿单位)\s*[：:]\s*({_NAME}{{2,24}})")
_SOURCE_BELOW = re.compile(rf"[（(【]?\s*(?:本文|文章|稿件|信息)(?:来源|转自)\s*[：:]?\s*({_NAME}{{2,24}})")
_PREFIX = re.compile(r"^(?:来源|稿源|來源)(?:于)?\s*[：:]\s*")
_AUTHOR = re.compile(
    r"(?<![\u4e00-\u9fff])(?:作者|撰文|记者|撰稿|通讯员|文)\s*[：:/]\s*"
    rf"({_NAME}{{2,14}}(?:[ 、][\u4e00-\u9fff·]{{2,4}}(?![\u4e00-\u9fff：:])){{0,4}})"
)
_BYLINE = re.compile(
    r"(?:^|[（(])\s*(?:[\u4e00-\u9fff]{2,8})?(?:记者|通讯员)[\s：:]*"
    r"((?:[\u4e00-\u9fff·]{2,5}[ 、]){0,4}[\u4e00-\u9fff·]{2,5})\s*(?:报道|摄影报道|文/图|摄)?\s*(?:$|[）)])"
)
_NOT_NAMES = re.compile(r"来源|时间|日期|字号|字体|浏览|阅读|点击|编辑|发布|网$|报$|频道$")


def source(page: Around) -> str | None:
    """Return who published the article first, as the page says it, or None."""
    noted = _SOURCE_BELOW.search(page.last_lines)
    if noted:
        return noted[1]
    stated = page.head.first(_SOURCE_NAMES)
    if not stated:
        found = _SOURCE.search(page.above) or _SOURCE.search(page.last_lines)
        stated = found[1] if found else _marked(page.tree, "source")
    return _PREFIX.sub("", stated).strip() or None if stated else None


def author(page: Around) -> str | None:
    """Return who wrote the article, as the page says it, or None."""
    found = _AUTHOR.search(page.above)
    if found and not _NOT_NAMES.search(found[1]):
        return found[1]
    for line in (*page.lines[:3], *page.lines[-2:]):
        byline = _BYLINE.search(line[-60:] if len(line) > 60 else line)
        if byline:
            return byline[1]
    stated = page.head.metas.get("author", "")
    return stated if 1 < len(stated) < 20 and not _NOT_NAMES.search(stated) else _marked(page.tree, "author")


def _marked(tree: PageTree, part: str) -> str | None:
    texts = (tree.text_of(element) for element in tree.parts.get(part, ()))
    return next((text for text in texts if 1 < len(text) < 25), None)
