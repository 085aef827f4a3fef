"""Exports of hotlines and message boards: every row an item or a problem."""

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from exports import HEADER, NOW, ROW, read, saved, xlsx
from hypothesis import given, settings
from hypothesis import strategies as st
from old_excel import wall, xls
from openpyxl import Workbook

from crawler.dates import beijing_wall
from crawler.kinds import table


def test_a_row_becomes_a_message_with_its_own_number_and_limit():
    sheet = read(xlsx(HEADER, ROW))
    (item,) = sheet.items
    assert (item.number, item.title) == ("GD20261120001", "农贸市场缺斤短两")
    assert item.text == "东岭农贸市场二号摊电子秤不准。\n请核查。"
    assert item.published is not None
    assert beijing_wall(item.published) == "2026-11-20 09:30:15"
    assert item.limit_at == datetime(2026, 11, 27, 15, 59, 59, tzinfo=UTC)
    assert (item.place, dict(item.counts)) == ("东岭区人民路1号", {"likes": 1024})
    assert (item.channel, item.has_page, item.link) == (None, False, "")
    assert (sheet.rows, sheet.problems, sheet.columns) == (1, [], HEADER)


def test_the_same_from_old_excel_csv_and_html():
    want = [(item.number, item.title, item.text, item.limit_at) for item in read(xlsx(HEADER, ROW)).items]
    lines = "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in (HEADER, ROW))
    tabs = "\r\n".join("\t".join(str(cell).replace("\n", " ").strip() for cell in row) for row in (HEADER, ROW))
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in (HEADER, ROW))
    page = f"<html><body><table border=1><tr><td colspan=10>清源市工单</td></tr>{cells}</table></body></html>"
    bodies = [
        xls([HEADER, ROW]),
        lines.encode("utf-8-sig"),
        lines.encode("gb18030"),
        lines.replace('","', '";"').encode(),
        page.encode("gbk"),
    ]
    for body in bodies:
        assert [(item.number, item.title, item.text, item.limit_at) for item in read(body).items] == want
        assert read(body).items[0].published == read(xlsx(HEADER, ROW)).items[0].published
    (flat,) = read(tabs.encode("utf-16")).items
    assert (flat.number, flat.text) == ("GD20261120001", "东岭农贸市场二号摊电子秤不准。 请核查。")


def test_the_header_is_found_under_titles_and_merged_cells():
    book = Workbook()
    sheet = book.active
    sheet.append(["清源市12345热线工单明细（2026年11月）"])
    sheet.merge_cells("A1:E1")
    sheet.append([])
    sheet.append(["导出人：值班员A", None, "导出时间：2026-11-21"])
    sheet.append(["序号", "工单信息", None, None, "办理信息"])
    sheet.merge_cells("B4:D4")
    sheet.append([None, "工单编号", "标题", "诉求内容", "截止时间"])
    sheet.append([1, "A1", "标题甲", "内容甲", "2026-11-25 18:00"])
    found = read(saved(book))
    assert found.mapping == {"工单编号": "number", "标题": "title", "诉求内容": "text", "截止时间": "limit_at"}
    (item,) = found.items
    assert (item.number, item.limit_at) == ("A1", datetime(2026, 11, 25, 10, 0, tzinfo=UTC))


def test_a_sheet_that_declares_far_more_rows_than_it_holds_is_read_to_its_end():
    book = Workbook()
    sheet = book.active
    sheet.append(["留言编号", "留言主题", "留言详情"])
    sheet.append(["1", "甲", "甲"])
    sheet.cell(65_203, 1, " ")
    sheet.cell(60_000, 2, "乙")
    found = read(saved(book))
    assert [item.title for item in found.items] == ["甲", "乙"]
    assert found.rows == 2


@pytest.mark.parametrize("since_1904", [False, True])
def test_dates_are_cells_numbers_of_days_or_words(since_1904):
    zero = wall(1904, 1, 1) if since_1904 else wall(1899, 12, 30)
    serial = (wall(2026, 11, 20, 9, 30, 15) - zero) / timedelta(days=1)
    times = [
        wall(2026, 11, 20, 9, 30, 15),
        serial,
        str(serial),
        "2026/11/20 9:30:15",
        "2026年11月20日 09时30分15秒",
    ]
    rows = [[f"标题{n}", "内容", at, wall(2026, 11, 25)] for n, at in enumerate(times)]
    for body in (
        xlsx(["标题", "内容", "时间", "时限"], *rows, since_1904=since_1904),
        xls([["标题", "内容", "时间", "时限"], *rows], since_1904=since_1904),
    ):
        items = read(body).items
        assert {item.published and beijing_wall(item.published) for item in items} == {"2026-11-20 09:30:15"}
        assert {item.limit_at for item in items} == {datetime(2026, 11, 25, 15, 59, 59, tzinfo=UTC)}


def test_what_cannot_be_read_is_named_with_its_row_and_the_rest_is_kept():
    sheet = read(
        xlsx(
            ["编号", "标题", "内容", "时间", "办理时限", "链接"],
            ["1", "甲", "内容", "时间不详", "5个工作日", "javascript:x()"],
            [None, None, None, None, None, None],
            ["合计：2", None, None, None, None, None],
            [None, None, "只有内容，没有标题。第二句。", None, None, "https://a.example.cn/1"],
            ["4", "只有标题", None, None, None, None],
        )
    )
    assert [item.title for item in sheet.items] == ["甲", "只有内容，没有标题。第二句。", "只有标题"]
    assert [item.published for item in sheet.items] == [None, None, None]
    assert sheet.items[1].link == "https://a.example.cn/1"
    words = [str(problem) for problem in sheet.problems]
    assert words[0] == "第 2 行：时间“时间不详”读不懂，留空"
    assert words[1] == "第 2 行：时限“5个工作日”读不懂，留空"
    assert words[2].startswith("第 2 行：链接“javascript:x()”不能用")
    assert words[3] == "第 4 行：没有标题和内容，只有：合计：2（没有导入）"
    assert [problem.kept for problem in sheet.problems] == [True, True, True, False]
    assert sheet.rows == len(sheet.items) + 1


def test_numbers_keep_all_their_digits_or_are_no_numbers():
    rows = [
        [360103, "甲"],
        [360104.0, "乙"],
        ["250912101108115409", "丙"],
        [250912101108115409, "丁"],
        ["2.50912E+17", "戊"],
        ["'0012", "己"],
    ]
    sheet = read(xlsx(["留言编号", "标题"], *rows))
    assert [item.number for item in sheet.items] == ["360103", "360104", "250912101108115409", None, None, "0012"]
    assert [problem.row for problem in sheet.problems] == [5, 6]
    assert all(problem.kept for problem in sheet.problems)
    (item,) = read('编号,标题\r\n="0012",甲\r\n'.encode()).items
    assert item.number == "0012"


def test_formulas_give_their_value_and_errors_nothing():
    book = Workbook()
    sheet = book.active
    sheet.append(["标题", "内容", "地址"])
    sheet.append(["甲", '=WEBSERVICE("http://x.example/")', "#REF!"])
    sheet.append(["带_x000D_\n换行", "<p>第一段</p><p>第二段&nbsp;</p>", "A&B"])
    first, second = read(saved(book)).items
    assert (first.text, first.place) == ("", None)
    assert (second.title, second.text, second.place) == ("带换行", "第一段\n第二段", "A&B")


def test_sheets_without_a_header_are_named_and_problems_say_their_sheet():
    body = xlsx(HEADER, ROW, title="一月", 二月=[["标题", "内容"], ["甲", "乙"], ["", "", "x"]], 说明=[["请勿修改"]])
    sheet = read(body)
    assert [item.title for item in sheet.items] == ["农贸市场缺斤短两", "甲"]
    assert sheet.notes == ["工作表“说明”没有表头，没有导入"]
    assert str(sheet.problems[0]).startswith("“二月”第 3 行：没有标题和内容")


def test_characters_that_no_database_takes_are_left_out_of_old_files_too():
    (item,) = read(xls([["标题", "内容"], ["甲\x00乙", "e\u0301\x01丙\ufffe"]])).items
    assert (item.title, item.text) == ("甲乙", "\u00e9丙")


def test_a_header_that_comes_again_on_every_page_is_no_row():
    sheet = read(xlsx(HEADER, ROW, HEADER, ROW))
    assert (len(sheet.items), sheet.rows) == (2, 2)


def test_a_quote_that_is_left_open_swallows_nothing():
    sheet = read('编号,标题,内容\n1,甲,"没有关上的引号\n2,乙,内容\n3,丙,内容\n'.encode())
    assert [item.title for item in sheet.items] == ["甲", "乙", "丙"]
    assert "引号没有成对" in sheet.notes[0]


def test_an_export_behind_an_address_is_read_and_recognised():
    body = xlsx(HEADER, ROW)
    url = "https://rx.qingyuan.example.cn/export?id=1"
    assert [item.number for item in table.parse(body, url, NOW)] == ["GD20261120001"]
    assert table.parse(body, url, NOW, None, {"mapping": {"诉求标题": "-"}})[0].title.startswith("东岭农贸市场")
    assert table.recognises(body, url, NOW)
    assert table.recognises("编号,标题\n1,甲\n".encode(), url, NOW)
    for other in (
        b"",
        b"<rss/>",
        b"{}",
        b"<table><tr><td>\xe6\xa0\x87\xe9\xa2\x98</td></tr></table>",
        "甲,乙\n".encode(),
    ):
        assert not table.recognises(other, url, NOW)
    changed = xlsx(["甲", "乙"], ["1", "2"])
    with pytest.raises(LookupError, match="没有找到表头"):
        table.parse(changed, url, NOW)
    assert table.parse(xlsx(HEADER), url, NOW) == []


WORDS = st.text(st.characters(categories=["Lo", "Ll", "Nd"], max_codepoint=0x9FFF), min_size=1, max_size=12).map(
    lambda text: unicodedata.normalize("NFC", f"文{text}")
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(WORDS, WORDS, WORDS, st.datetimes(wall(2000, 1, 1), wall(2026, 1, 1))), max_size=8))
def test_a_generated_sheet_comes_back_whole(rows):
    header = ["编号", "标题", "内容", "时间"]
    wanted = [(*row[:3], row[3].replace(microsecond=0)) for row in rows]
    text = "\r\n".join(",".join(map(str, row)) for row in (header, *wanted))
    for body in (xlsx(header, *map(list, wanted)), xls([header, *map(list, wanted)]), text.encode("gb18030")):
        sheet = read(body)
        got = [(item.number, item.title, item.text, item.published and item.published.at) for item in sheet.items]
        assert [row[:3] for row in got] == [row[:3] for row in wanted]
        assert [row[3] for row in got] == [(row[3] - timedelta(hours=8)).replace(tzinfo=UTC) for row in wanted]
        assert sheet.problems == []


@settings(max_examples=150, deadline=5000)
@given(st.binary(max_size=600), st.integers(0, 6000), st.sampled_from(["", "xlsx", "xls", "csv"]))
def test_arbitrary_bytes_are_refused_in_words_or_read(noise, at, kind):
    good = {"": b"", "xlsx": GOOD_XLSX, "xls": GOOD_XLS, "csv": "编号,标题\n1,甲\n".encode()}[kind]
    at = min(at, len(good))
    for body in (good[:at] + noise + good[at + len(noise) :], good[:at] + noise):
        wrong: LookupError | None = None
        try:
            sheet = read(body)
        except LookupError as error:
            wrong = error
        if wrong is None:
            assert len(sheet.items) + sum(not problem.kept for problem in sheet.problems) >= sheet.rows
        else:
            assert type(wrong) is LookupError
            assert any("一" <= letter <= "鿿" for letter in str(wrong))


GOOD_XLSX = xlsx(HEADER, ROW)
GOOD_XLS = xls([HEADER, ROW])
