"""工作日历 on the screen: years, what is provisional, a file that is looked at first; nothing ever moves later."""

import io
import json
from datetime import UTC, datetime

import pytest
import screen_matters as made
from sqlalchemy import select

from store import calendar as store
from store.db import reading, transaction
from store.deadlines import write_deadline
from store.tables import Case, Deadline, JournalEntry

EVE = datetime(2026, 12, 31, 2, 0, tzinfo=UTC)
TOML = '[2027]\noff = ["01-01", "10-01"]\nwork = ["01-02", "01-03"]\nsource = "国办发明电〔2026〕1号"\n'
LATER = '[2027]\noff = ["01-01", "10-01"]\nwork = []\n'


@pytest.fixture
def office(signed_in):
    """The office's browser."""
    return signed_in("office")


@pytest.fixture
def crossing(app, clock) -> int:
    """A matter with a duty of three working days over the turn of the year; the time is that of its start."""
    case_id = made.case(clock.now, "跨年的留言")
    clock.now = EVE
    with transaction() as session:
        lead = session.get_one(Case, case_id).lead
        return write_deadline(session, lead, "MSG_REPLY", EVE, EVE, ladder="duty").id


def upload(office, text: str | bytes, name: str = "2027.toml"):
    data = text.encode() if isinstance(text, str) else text
    form = {"csrf": office.csrf, "file": (io.BytesIO(data), name)}
    return office.client.post("/settings/calendar/preview", data=form, content_type="multipart/form-data")


def due(deadline_id):
    found = made.row(Deadline, deadline_id)
    return found.due_at.isoformat(), found.calendar_provisional


def loaded() -> list[int]:
    with reading() as session:
        return [row.year for row in store.years(session)]


def test_the_years_with_their_days_and_the_one_that_is_missing(office):
    page = office.text("/settings/calendar")
    assert "2027年的放假安排还没有导入" in page
    assert page.index(">2026年</a>") < page.index(">2025年</a>")
    assert "更早的" in page
    days = office.text("/settings/calendar?year=2026")
    assert "1月4日 周日" in days
    assert office.get("/settings/calendar?year=nonsense").status_code == 200


def test_a_preview_shows_what_would_change_and_writes_nothing(crossing, signed_in):
    office, before = signed_in("office"), due(crossing)
    assert "暂定的在办时限" in office.text("/settings/calendar")
    page = upload(office, TOML).text
    for words in (
        "与现在不同的日子",
        "1月1日 周五",
        "1月2日 周六",
        "跨年的留言",
        "提前到",
        "2027年依据：国办发明电〔2026〕1号",
    ):
        assert words in page, words
    assert due(crossing) == before
    assert loaded() == []


def test_what_was_seen_is_loaded_and_the_limit_comes_earlier(crossing, signed_in):
    office = signed_in("office")
    answer = office.post("/settings/calendar", text=TOML, name="2027.toml")
    assert answer.status_code == 302
    assert due(crossing) == ("2027-01-04T15:59:59+00:00", False)
    page = office.text("/settings/calendar")
    assert "已导入2027年：提前 1 项在办时限，去掉 0 项的“暂定”，没有推后的。" in page
    assert "国办发明电〔2026〕1号" in page
    assert "office员" in page
    assert "还没有导入" not in page
    with reading() as session:
        entry = session.scalars(select(JournalEntry).where(JournalEntry.action == "load_calendar")).one()
    assert entry.actor.startswith("person-")


def test_nothing_moves_later_by_itself(crossing, signed_in):
    office = signed_in("office")
    day = due(crossing)[0]
    assert "按新安排本可更晚的有 1 项，一律不推后" in upload(office, LATER).text
    office.post("/settings/calendar", text=LATER, name="2027.toml")
    assert due(crossing) == (day, False)
    page = office.text("/settings/calendar")
    assert "文件 2027.toml" in page
    assert "与现在的日历相同" in upload(office, LATER).text


def test_the_common_json_is_taken_too(office):
    days = [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "国庆", "date": "2027-10-01", "isOffDay": True},
    ]
    text = json.dumps({"year": 2027, "papers": ["https://www.gov.cn/1.htm"], "days": days})
    assert "10月1日 周五" in upload(office, text, "2027.json").text
    office.post("/settings/calendar", text=text, name="2027.json")
    assert '<a href="https://www.gov.cn/1.htm"' in office.text("/settings/calendar")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xfe\x00", "不是 UTF-8"),
        ("这不是日历", "既不是 JSON 也不是 TOML"),
        ('[2027]\noff = ["05-01"]\n', "不完整"),
        (b"x" * 65537, "超过 64 KB"),
        ("", "没有年份"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(office, data, words):
    answer = upload(office, data)
    assert answer.status_code == 422
    assert words in answer.text
    assert "日历没有改动" in answer.text


def test_a_form_without_a_file_or_tampered_with_writes_nothing(office):
    assert "请选择" in office.post("/settings/calendar/preview").text
    assert office.post("/settings/calendar", text="[2027]", name="x").status_code == 422
    assert office.post("/settings/calendar").status_code == 422
    assert loaded() == []


def test_others_look_and_load_nothing(signed_in):
    admin = signed_in("security_admin")
    assert "日历由办公室导入" in admin.text("/settings/calendar")
    assert admin.post("/settings/calendar", text=TOML, name="x").status_code == 403


def test_an_administrator_sees_no_matter(crossing, signed_in):
    page = signed_in("system_admin").text("/settings/calendar")
    assert "暂定的在办时限" in page
    assert "跨年的留言" not in page
