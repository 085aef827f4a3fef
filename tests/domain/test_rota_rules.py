"""What an office's monthly table says, in all the ways offices write it; and where a rota has gaps."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.gaps import gaps
from domain.rota import Planned, day_from, read_table, shift_of

TODAY = date(2026, 11, 20)
NAMES = {"值班员A": [1], "值班员B": [2], "带班领导C": [3], "李明": [4, 5], "张三": [6]}
HEAD = ["日期", "值班员", "带班领导", "电话"]

DAYS = [
    (datetime.fromisoformat("2026-11-03T08:30:00"), date(2026, 11, 3)),
    (date(2026, 11, 3), date(2026, 11, 3)),
    (46329, date(2026, 11, 3)),
    (46329.35, date(2026, 11, 3)),
    ("46329", date(2026, 11, 3)),
    ("2026-11-03", date(2026, 11, 3)),
    ("2026/11/3", date(2026, 11, 3)),
    ("2026.11.3", date(2026, 11, 3)),
    ("2026年11月3日", date(2026, 11, 3)),
    ("2026 年 11 月 3 日（周二）", date(2026, 11, 3)),
    ("\n\t11月3日", date(2026, 11, 3)),
    ("11月3号 星期二", date(2026, 11, 3)),
    ("11.3", date(2026, 11, 3)),
    ("12月31日", date(2026, 12, 31)),
    ("1月2日", date(2027, 1, 2)),
    ("2月30日", None),
    ("11月3日-5日", None),
    ("11月3日至5日", None),
    ("周二", None),
    ("", None),
    (None, None),
    (True, None),
    (3, None),
    ("2026-13-01", None),
]


@pytest.mark.parametrize(("cell", "day"), DAYS)
def test_a_day_is_read_or_left(cell, day):
    assert day_from(cell, TODAY) == day


def read(*rows):
    return read_table(rows, NAMES, TODAY)


def test_a_plain_table():
    table = read(HEAD, ["2026-11-01", "值班员A", "带班领导C", "0000-1"], ["2026-11-02", "值班员B", "带班领导C", ""])
    first, second = date(2026, 11, 1), date(2026, 11, 2)
    assert table.planned == (
        Planned(first, "duty_officer", 1),
        Planned(first, "duty_leader", 3),
        Planned(second, "duty_officer", 2),
        Planned(second, "duty_leader", 3),
    )
    assert (table.faults, table.unknown, table.days) == ((), (), [first, second])


def test_columns_in_any_order_under_a_title_with_white_space_everywhere():
    table = read(
        ["清源市市场监督管理局2026年11月值班表", None, None, None],
        [None] * 4,
        ["序号", "\n带 班领导", "电话", "\t值班人员\n", "\n日 期"],
        [1, "\t带班领导C", "0000-1", "\n值班员A　", "\n\t11月1日（周日）"],
        [None, None, None, None, None],
        [2, "带班领导C\n", None, "值 班 员 B", 46328],
        ["备注", None, None, None, "备注：节假日照常"],
    )
    assert [(one.day.day, one.person) for one in table.planned] == [(1, 1), (1, 3), (2, 2), (2, 3)]
    assert table.faults == ()


def test_several_people_in_a_cell_and_telephones_beside_names():
    for cell in (
        "值班员A、值班员B",
        "值班员A，值班员B",
        "值班员A\n值班员B",
        "值班员A 13900000000；值班员B（13900000001）",
    ):
        table = read(HEAD, ["11月1日", cell, "带班领导C", ""])
        assert [one.person for one in table.planned] == [1, 2, 3], cell
        assert table.faults == ()


def test_nothing_is_guessed_and_every_cell_is_named():
    table = read(
        HEAD,
        ["11月1日", "王五", "带班领导C", ""],
        ["11月2日", "李明", "带班领导C", ""],
        ["十一月三日", "值班员A", "带班领导C", ""],
        ["11月1日", "值班员B", "带班领导C", ""],
        ["11月5日", "", "带班领导C", ""],
        [None, "值班员A", None, ""],
        ["11月7日", "值班员A、赵六", "王五", ""],
    )
    said = {fault.cell: fault.words for fault in table.faults}
    assert said["B2"] == "人员里没有“王五”"
    assert "2 个人叫“李明”" in said["B3"]
    assert "看不懂：十一月三日" in said["A4"]
    assert "两次" in said["A5"]
    assert "空缺" in said["B6"]
    assert "合并的单元格" in said["A7"]
    assert said["B8"] == "人员里没有“赵六”"
    assert table.unknown == ("王五", "赵六")
    assert [(one.day.day, one.person) for one in table.planned] == [(1, 3), (2, 3), (5, 3), (7, 1)]


def test_a_table_without_leaders_is_one_of_officers():
    assert [one.post for one in read(["时间", "值班人"], ["11月1日", "张 三"]).planned] == ["duty_officer"]


@pytest.mark.parametrize("rows", [[], [["日期", "事项"]], [["值班员", "带班领导"]], [[None]] * 30])
def test_a_table_without_a_header_is_refused(rows):
    with pytest.raises(ValueError, match="没有找到表头"):
        read(*rows)


@given(
    st.lists(st.lists(st.one_of(st.none(), st.text(max_size=12), st.floats(), st.integers()), max_size=6), max_size=8)
)
def test_whatever_the_cells_hold_the_answer_is_a_table(rows):
    table = read(HEAD, *rows)
    assert all(one.person in (1, 2, 3, 6) for one in table.planned)


T = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


def free(*shifts):
    full = ("duty_leader", T, T + 100 * HOUR)
    found = gaps([full, *(("duty_officer", T + a * HOUR, T + b * HOUR) for a, b in shifts)], T, T + 100 * HOUR)
    return [((gap.start - T) / HOUR, (gap.end - T) / HOUR) for gap in found]


@pytest.mark.parametrize(
    ("shifts", "found"),
    [
        ([], [(0, 100)]),
        ([(0, 100)], []),
        ([(-10, 24), (24, 48), (48, 120)], []),
        ([(0, 24), (30, 100)], [(24, 30)]),
        ([(10, 20), (15, 40), (12, 18)], [(0, 10), (40, 100)]),
        ([(110, 120)], [(0, 100)]),
        ([(-20, -10), (0, 99)], [(99, 100)]),
    ],
)
def test_gaps_are_found_whatever_overlaps(shifts, found):
    assert free(*shifts) == found


def test_both_posts_are_looked_at():
    assert {gap.post for gap in gaps([], T, T + HOUR)} == {"duty_officer", "duty_leader"}


def test_a_shift_runs_from_half_past_eight_to_half_past_eight():
    start, end = shift_of(date(2026, 11, 20))
    assert (start, end) == (T, T + 24 * HOUR)
