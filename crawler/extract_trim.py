"""The lines around an article that are not part of it: source lines above, editors and share buttons below."""

import re

_HEAD = re.compile(
    r"(?:来源|作者|发布(?:时间|日期)|时间|日期)\s*[：:]|字号|字体|浏览|阅读|点击|\[?复制链接|当前位置|您(?:的|所在)的?位置"
)
_DATE = re.compile(r"(?:19[89]\d|20[0-4]\d)\s?[-年/.]\s?\d\d?\s?[-月/.]\s?\d\d?\s?日?[\s\d:：时分秒]*")
_TAIL = re.compile(
    r"[\s（(\[【]*(?:责任编辑|责编|编辑[：:]|(?:本文)?来源[：:]|分享到|分享[：:]|打印|关闭|上一篇|下一篇|相关(?:阅读|新闻|文章|链接)"
    r"|【?纠错|扫一扫|返回.{0,6}首页|更多精彩|关键词|标签[：:]|免责声明|声明[：:]|版权)"
)


def trimmed(lines: list[str]) -> list[str]:
    """Return `lines` without those at both ends that only surround an article; the middle is never touched."""
    first, last = 0, len(lines)
    while last > first and _is_tail(lines[last - 1]):
        last -= 1
    while first < last and _is_head(lines[first]):
        first += 1
    return lines[first:last]


def _is_tail(line: str) -> bool:
    return len(line) < 3 or (len(line) < 60 and _TAIL.match(line) is not None)


def _is_head(line: str) -> bool:
    return len(line) < 80 and (_HEAD.match(line) is not None or _DATE.fullmatch(line) is not None)
