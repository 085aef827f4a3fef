"""What came instead of the data: the words of an error page or error answer, or what kind of answer it is."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from crawler.plain import plain_line

_TITLE = re.compile(r"<title\b[^>]{0,200}>(.{0,500}?)</title", re.I | re.S)
_RSSHUB_MESSAGE = re.compile(
    r"Error Message:\s{0,50}(?:<br\s{0,9}/?>)?\s{0,50}<code\b[^>]{0,200}>(.{0,2000}?)</code"
    r"|<pre class=.message.>(.{0,2000}?)</pre",
    re.I | re.S,
)
_HEADED = re.compile(
    r"<h1\b[^>]{0,200}>\s*(?:Looks like something went wrong|ERROR)\s*</h1>"
    r"(.{0,2000}?)<(?:button|div|footer|/main|/body)\b",
    re.I | re.S,
)
_FAILED = re.compile(r"[4-9][0-9]{2}|[1-9][0-9]{3,5}")
_ADDRESS = re.compile(r"[a-z]{2,8}://[^\s\"'<>，。]+", re.I)
_LONGEST, _LOOKED_AT, _LOOKED_AT_OF_PAGE = 100, 200_000, 60_000


def complaint(text: str) -> str | None:
    """Return in Chinese what an answer says went wrong, quoting its own words, or None if it does not complain.

    Of addresses in a message only the host is quoted: their queries carry keys.
    """
    text = text[:_LOOKED_AT].lstrip()
    return _of_json(text) if text[:1] in ("{", "[") else _of_page(text)


def kind_of(text: str) -> str:
    """Return in Chinese what kind of answer a text is, for a sentence that says what came instead."""
    text = text[:_LOOKED_AT].lstrip()
    head = text[:2000].lower()
    if not text:
        return "空内容"
    if "<html" in head or "<!doctype html" in head:
        title = _TITLE.search(text)
        name = _quoted(title[1]) if title else ""
        return f"网页“{name}”" if name else "网页"
    if "<opml" in head:
        return "OPML 订阅清单"
    if text[0] == "<":
        return "XML 内容"
    return "JSON 数据" if text[0] in "{[" else "普通文本"


def complaint_of(document: Any) -> str | None:
    """Return in Chinese the error a JSON document reports, or None."""
    if not isinstance(document, dict):
        return None
    error = document.get("error")
    code = document.get("statusCode", document.get("code"))
    failed = isinstance(code, int | str) and bool(_FAILED.fullmatch(str(code)))
    refused = document.get("success") is False or document.get("status") in ("error", "fail", "failed")
    if not (error or failed or refused):
        return None
    said = [error.get("message")] if isinstance(error, dict) else [error]
    said += [document.get(key) for key in ("message", "msg", "statusMessage", "errmsg")]
    words = next((_quoted(one) for one in said if isinstance(one, str) and one.strip()), "")
    number = f"（{code}）" if failed else ""
    return f"接口报错{number}：{words}" if words else f"接口报错{number}，没有说明原因"


def _of_json(text: str) -> str | None:
    try:
        return complaint_of(json.loads(text, strict=False))
    except (ValueError, RecursionError):
        return None


def _of_page(text: str) -> str | None:
    text = text[:_LOOKED_AT_OF_PAGE]
    hub = "rsshub" in text.lower()
    found = (_RSSHUB_MESSAGE.search(text) if hub else None) or _HEADED.search(text)
    if found:
        words = _quoted(next((group for group in found.groups() if group), ""))
        return f"{'RSSHub ' if hub else '接口'}报错{f'：{words}' if words else '，没有说明原因'}"
    welcomed = hub and "welcome to" in text.lower()
    return "RSSHub 返回的是欢迎页：地址里没有路由，请核对地址" if welcomed else None


def _quoted(words: str) -> str:
    """Return words of an answer as they may be shown: one line, shortened, of addresses only the host."""
    line = _ADDRESS.sub(_host, plain_line(words))
    return line if len(line) <= _LONGEST else line[:_LONGEST] + "…"


def _host(found: re.Match[str]) -> str:
    try:
        return urlsplit(found[0]).hostname or ""
    except ValueError:
        return ""
