"""Files with days off: both shapes, days of a neighbouring year, and what is refused in words."""

import json
from datetime import date
from importlib.resources import files

import pytest

from domain.calendar_file import YearTable, read_years
from domain.workdays import calendar_from, packaged_table

OFF = ["2027-01-01", "2027-02-05", "2027-02-08", "2027-10-01"]
"""Of the fixed days of 2027 only 1 January and 1 October are weekdays."""


def as_json(year=2027, off=OFF, work=("2027-02-14",), papers=("https://www.gov.cn/1.htm",), **more):
    days = [{"name": "节", "date": day, "isOffDay": True} for day in off]
    days += [{"name": "节", "date": day, "isOffDay": False} for day in work]
    return json.dumps({"$schema": "x", "year": year, "papers": list(papers), "days": days, **more})


def test_the_common_json_shape_becomes_our_table():
    [table] = read_years(as_json())
    assert table == YearTable(2027, ("01-01", "02-05", "02-08", "10-01"), ("02-14",), "https://www.gov.cn/1.htm")


def test_our_own_shape_says_the_same():
    text = '[2027]\noff = ["01-01", "02-05", "02-08", "10-01"]\nwork = ["02-14"]\nsource = "通知"\n'
    assert read_years(text) == [YearTable(2027, ("01-01", "02-05", "02-08", "10-01"), ("02-14",), "通知")]


def test_a_weekend_off_and_a_weekday_at_work_differ_from_nothing_and_are_left_out():
    [table] = read_years(as_json(off=[*OFF, "2027-02-06"], work=["2027-02-14", "2027-02-15"]))
    assert (table.off, table.work) == (("01-01", "02-05", "02-08", "10-01"), ("02-14",))


def test_days_of_a_neighbouring_year_are_kept_with_their_year():
    [table] = read_years(as_json(off=[*OFF, "2026-12-31", "2028-01-03"], work=["2026-12-27"]))
    assert table.off == ("2026-12-31", "01-01", "02-05", "02-08", "10-01", "2028-01-03")
    assert table.work == ("2026-12-27",)


def test_every_packaged_year_is_complete_and_reads_back_unchanged():
    packaged = files("domain").joinpath("holidays.toml").read_text(encoding="utf8")
    found = {str(table.year): {"off": list(table.off), "work": list(table.work)} for table in read_years(packaged)}
    assert found == packaged_table()


def day(text, off):
    return {"name": "节", "date": text, "isOffDay": off}


REFUSED = [
    (as_json(off=(), work=(), papers=()), "2027年的文件里一天也没有"),
    ("[2027]\noff = []\nwork = []\n", "2027年的表里没有放假的日子"),
    ("[2027]\n", "没有放假的日子"),
    ("", "没有年份"),
    (as_json(off=OFF[1:]), "01-01 是法定节假日"),
    (as_json(off=OFF[:3]), "10-01 是法定节假日"),
    (as_json(work=["2027-10-01"]), "既写成放假又写成上班"),
    ('[2027]\noff = ["01-01"]\nwork = ["01-01"]\n', "既写成放假又写成上班"),
    (as_json(off=[*OFF, "2029-01-01"]), "别的年份的日子：2029-01-01"),
    (as_json(off=[*OFF, "2027-02-30"]), "没有这一天：2027-02-30"),
    ('[2027]\noff = ["1-1"]\n', "没有这一天"),
    (as_json(year="二〇二七"), "年份看不懂"),
    (as_json(year=1900), "年份看不懂"),
    (as_json(year=True), "年份看不懂"),
    ('{"year": 2027', "不是完整的 JSON"),
    ('{"year": 2027}', "days 是日期的列表"),
    (json.dumps({"year": 2027, "papers": [], "days": [{"date": "2027-01-01"}]}), "isOffDay"),
    (json.dumps({"year": 2027, "papers": [], "days": [day("2027-01-01", "no")]}), "isOffDay"),
    (json.dumps({"year": 2027, "papers": [], "days": ["2027-01-01"]}), "看不懂"),
    ("<html></html>", "既不是 JSON 也不是 TOML"),
    ('[2027]\noff = "01-01"\n', "两个日期列表"),
    ("2027 = 1\n", "两个日期列表"),
]


@pytest.mark.parametrize(("text", "words"), REFUSED)
def test_what_is_no_table_is_refused_in_words(text, words):
    with pytest.raises(ValueError, match=words):
        read_years(text)


def test_the_notice_of_the_later_year_wins():
    table = {
        "2026": {"off": ["01-01"], "work": ["2027-01-02"]},
        "2027": {"off": ["01-01", "2026-12-31"], "work": []},
    }
    found = calendar_from(table)
    assert not found.is_workday(date(2026, 12, 31)), "the notice for 2027 took the last day of 2026"
    assert not found.is_workday(date(2027, 1, 2)), "2027 has a table of its own"


def test_a_neighbours_day_counts_but_does_not_make_its_year_known():
    found = calendar_from({"2027": {"off": ["01-01", "2028-01-03"]}})
    assert not found.is_workday(date(2028, 1, 3))
    assert not found.knows(date(2028, 1, 3))
