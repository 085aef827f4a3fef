"""Bytes to a JSON document, or in words what came instead of one."""

import json
from typing import Any

from crawler.charset import clean, decode
from crawler.complaints import complaint, complaint_of, kind_of


def read_json(body: bytes, declared: str | None = None) -> Any:
    """Return the JSON document in `body`, raw line breaks inside its strings allowed.

    Raises LookupError, in Chinese, if this is none or one that only reports an error.
    """
    text = decode(body, declared)[0].lstrip()
    if text[:1] not in ("{", "["):
        raise LookupError(complaint(text) or f"返回的是{kind_of(text)}，不是 JSON 数据；请核对地址")
    document = load(text)
    if said := complaint_of(document):
        raise LookupError(said)
    return document


def load(text: str) -> Any:
    """Return the JSON document in `text`. Raises LookupError, in Chinese, if it is broken or nested too deep."""
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        raise LookupError("返回的 JSON 不完整或格式有误") from None


def begins_object(body: bytes, *keys: bytes) -> bool:
    """Return whether `body` begins like a JSON object and has all of the quoted `keys`, without parsing it."""
    head = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head[:1] == b"{" and all(b'"%b"' % key in body for key in keys)


def string(row: dict[str, Any], *keys: str) -> str:
    """Return the first of the fields `keys` that is a text or a number, as clean text; empty where none is."""
    for key in keys:
        value = row.get(key)
        if isinstance(value, str | int | float) and not isinstance(value, bool) and (text := clean(str(value))).strip():
            return text
    return ""
