"""Exports of a hotline, written by us: headers and rows as cities give them out."""

import io
from datetime import UTC, datetime
from typing import Any

from old_excel import wall
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from crawler.kinds import table

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
HEADER = [
    "工单编号",
    "诉求标题",
    "诉求内容",
    "来电时间",
    "来电人",
    "来电号码",
    "事发地址",
    "承办单位",
    "办理时限",
    "点赞数",
]
ROW = [
    "GD20261120001",
    "农贸市场缺斤短两",
    "\n\t\t\t　　东岭农贸市场二号摊电子秤不准。\n\n\n请核查。",
    wall(2026, 11, 20, 9, 30, 15),
    "市民甲",
    "13800000000",
    "东岭区人民路1号",
    "计量科",
    "2026-11-27",
    "1,024",
]


def xlsx(*rows: list[Any], title: str = "Sheet1", since_1904: bool = False, **more: list[list[Any]]) -> bytes:
    book = Workbook()
    if since_1904:
        book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for name, others in more.items():
        second = book.create_sheet(name)
        for row in others:
            second.append(row)
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(body: bytes, mapping: dict[str, str] | None = None, name: str = "工单.xlsx") -> table.Sheet:
    return table.read(body, name, NOW, mapping)
