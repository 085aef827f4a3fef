"""The lines around an article that are not part of it: source lines above, editors and share buttons below."""

import re

_LABEL = (
    r"(?:来源|來源|稿源|作者|发布(?:时间|日期|机构|人)|发布于|时间|日期|编辑"
    r"|浏览(?:次数|量)?|阅读(?:次数|量)?|点击(?:数|量)?|访问量)"
)
_INFO = re.compile(rf"{_LABEL}\s*[：:]|字号|字体[：:\s]|\[?复制链接|当前位置|您(?:的|所在)的?位置")
_DATE = re.compile(r"(?:19[89]\d|20[0-4]\d)\s?[-年/.]\s?\d\d?\s?[-月/.]\s?\d\d?\s?日?[\s\d:：时分秒]*")
_TAIL = re.compile(
    r"[\s（(\[【]*(?:责任编辑|责编|编辑[：:]|(?:本文)?来源[：:]|分享到|分享[：:]|打印|关闭|上一篇|下一篇|相关(?:阅读|新闻|文章|链接)"
    r"|【?纠错|扫一扫|扫描二维码|返回.{0,6}首页|更多精彩|关键词|标签[：:]|免责声明|声明[：:]|版权|附件[：:]?$)"
)
_SENTENCE_END = re.compile(r"[。！？；]")
_HEAD_LINES, _HEAD_WIDTH, _TAIL_WIDTH, _PROSE_WIDTH = 6, 100, 60, 30


def trimmed(lines: list[str]) -> list[str]:
    """Return `lines` without those at both ends that only surround an article; the middle is never touched."""
    first, last = _head(lines), _tail(lines)
    while last > first and _is_tail(lines[last - 1]):
        last -= 1
    return lines[first:last] if first < last else lines


def _head(lines: list[str]) -> int:
    """Return the number of the first line after those that say source, time and the like, all of them short."""
    after = 0
    for number, line in enumerate(lines[:_HEAD_LINES]):
        said = _INFO.search(line) or _DATE.fullmatch(line)
        if len(line) > _HEAD_WIDTH or (not said and _is_prose(line)):
            break
        if said:
            after = number + 1
    return after


def _is_prose(line: str) -> bool:
    return len(line) >= _PROSE_WIDTH and _SENTENCE_END.search(line) is not None


def _tail(lines: list[str]) -> int:
    """Return where the surroundings begin: a line that says so near the end, and only short lines after it."""
    end = len(lines)
    while (mark := _last_mark(lines, end)) is not None:
        end = mark
    return end


def _last_mark(lines: list[str], end: int) -> int | None:
    """Return the last line before `end`, within the last third, that begins the surroundings; None at a long one."""
    for number in range(end - 1, max(1, end * 2 // 3) - 1, -1):
        if len(lines[number]) > _TAIL_WIDTH:
            return None
        if _TAIL.match(lines[number]):
            return number
    return None


def _is_tail(line: str) -> bool:
    return len(line) < 3 or (len(line) < _TAIL_WIDTH and _TAIL.match(line) is not None)
