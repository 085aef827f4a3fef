"""Titles that say nothing (only 图片, 视频 or emoji): the first words of the text stand in for them."""

import re
import unicodedata

_TOKEN = re.compile(r"\[[^\[\]]{1,12}\]")
_SEVERAL = re.compile(r"(?:\s*\[[^\[\]]{1,12}\]){2,}\s*")
_MEDIA = re.compile(
    r"[\[【](?:图片|视频|组图|图|链接|网页链接|语音|音频|直播|动画表情|表情|Live Photo|image|video|gif)[\]】]",
    re.I,
)
_SENTENCE = re.compile(r".{0,39}?[。！？!?；;\n]|.{1,40}", re.S)


def worded(title: str, text: str) -> str:
    """Return `title`, or the first words of `text` (at most 40 characters) if the title is only pictures and emoji.

    A title without any mark of a picture or emoji stays as it is, even if it is empty: nothing was there to replace.
    """
    if not _wordless(title):
        return title
    body = "\n".join(line for line in text.splitlines() if _words_of(line))
    found = _SENTENCE.match(_MEDIA.sub("", body).strip())
    return " ".join(found[0].split()) if found and found[0].strip() else title


def _wordless(title: str) -> bool:
    if _words_of(title):
        return False
    # One mark alone may be a word ([公告]); several are the emoji of a microblog ([泪][泪]).
    marked = _MEDIA.search(title) or _SEVERAL.fullmatch(title)
    return bool(marked) or any(unicodedata.category(char) == "So" for char in title)


def _words_of(title: str) -> str:
    """Return the letters and digits outside of [图片]-like marks."""
    return "".join(char for char in _TOKEN.sub("", _MEDIA.sub("", title)) if char.isalnum())
