"""What a kind of source needs to know, in words: selectors of a list page, columns of a table."""

import json
from collections.abc import Mapping
from typing import Any

from domain.table_fields import FIELDS

SELECTORS = {"row": "每一行", "link": "链接", "date": "日期", "title": "标题", "text": "摘要"}
"""Selectors of a list page, in the order in which they are shown."""
_LABELS = SELECTORS | {"mapping": "各列", "days": "首次往回读（天）"}


def described(options: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """Return (what, its value in words) of the options of a source."""
    return [(_LABELS.get(name, name), _value(name, value)) for name, value in (options or {}).items()]


def _value(name: str, value: Any) -> str:
    if name == "mapping" and isinstance(value, Mapping):
        return "；".join(f"{column}→{FIELDS.get(str(what), '不取')}" for column, what in value.items())
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
