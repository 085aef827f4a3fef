"""The rota in the database: a month replaced without rewriting the past, substitution, gaps, and files of all kinds."""

import io
import zipfile
from datetime import date, datetime, timedelta

import pytest
from making import person
from openpyxl import Workbook
from sqlalchemy import select

from domain.rota import Planned, shift_of
from store import journal, people, rota, sheets
from store.office import set_fact
from store.tables import JournalEntry, Shift

NOW = datetime.fromisoformat("2026-11-20T09:30:00+08:00")
DAY = timedelta(days=1)


def plan(who, *days, post="duty_officer"):
    return [Planned(date(2026, 11, day), post, who.id) for day in days]


def kept(session):
    shifts = session.scalars(select(Shift).order_by(Shift.start_at, Shift.id))
    return [(shift.start_at.day, shift.person.name) for shift in shifts]


def test_a_month_is_replaced_and_the_past_is_not(session):
    a, b = person(session, "值班员A"), person(session, "值班员B")
    rota.replace_month(session, plan(a, *range(1, 31)), "person-1", NOW - 25 * DAY)
    written = rota.replace_month(session, plan(b, *range(1, 26)), "person-1", NOW)
    assert written == 5
    assert kept(session) == [(day, "值班员A") for day in range(1, 21)] + [(day, "值班员B") for day in range(21, 26)]
    journal.append_recorded(session)
    entry = session.scalars(select(JournalEntry).order_by(JournalEntry.seq.desc())).first()
    assert (entry.action, entry.object, entry.facts) == ("replace_rota", "rota-2026-11", {"shifts": 5})


def test_the_first_import_fills_the_running_month_too(session):
    a = person(session, "值班员A")
    assert rota.replace_month(session, plan(a, 19, 20, 21), "command", NOW) == 3
    assert [p.name for p in people.on_duty(session, "duty_officer", NOW)] == ["值班员A"]


def test_another_month_is_left_alone_and_the_office_may_begin_at_another_time(session):
    a = person(session, "值班员A")
    set_fact(session, "shift_start", "08:00")
    rota.replace_month(session, plan(a, 30), "command", NOW)
    rota.replace_month(session, [Planned(date(2026, 12, 1), "duty_officer", a.id)], "command", NOW)
    shifts = list(session.scalars(select(Shift).order_by(Shift.start_at)))
    assert shifts[0].end_at == shifts[1].start_at == datetime.fromisoformat("2026-12-01T08:00:00+08:00")


def test_what_cannot_be_a_month_is_refused(session):
    a, gone = person(session, "值班员A"), person(session, "值班员B", active=False)
    two = [*plan(a, 30), Planned(date(2026, 12, 1), "duty_officer", a.id)]
    for wrong, words in (
        (two, "不止一个月"),
        ([], "没有一个"),
        (plan(gone, 25), "停用"),
        (plan(a, 25, post="x"), "上传"),
    ):
        with pytest.raises(ValueError, match=words):
            rota.replace_month(session, wrong, "command", NOW)


def test_somebody_stands_in_and_steps_back(session):
    a, b, c = (person(session, name) for name in ("值班员A", "值班员B", "值班员C"))
    rota.replace_month(session, plan(a, 20, 21), "command", NOW)
    shift = rota.turns(session, NOW)[0][0]
    rota.substitute(session, shift, b, "person-1", NOW)
    rota.substitute(session, shift, c, "person-1", NOW)
    assert (shift.person.name, shift.stands_in_for) == ("值班员C", a.id)
    assert [p.name for p in people.on_duty(session, "duty_officer", NOW)] == ["值班员C"]
    rota.substitute(session, shift, a, "person-1", NOW)
    assert shift.stands_in_for is None
    with pytest.raises(ValueError, match="本来就"):
        rota.substitute(session, shift, a, "person-1", NOW)
    with pytest.raises(ValueError, match="已经结束"):
        rota.substitute(session, shift, b, "person-1", NOW + 2 * DAY)


def test_who_is_on_now_and_next(session):
    a, b = person(session, "值班员A"), person(session, "值班员B")
    rota.replace_month(session, plan(a, 20) + plan(b, 21) + plan(b, 21, post="duty_leader"), "command", NOW)
    present, following = rota.turns(session, NOW)
    assert [s.person.name for s in present] == ["值班员A"]
    assert [(s.person.name, s.post) for s in following] == [("值班员B", "duty_officer"), ("值班员B", "duty_leader")]
    assert rota.turns(session, NOW + 9 * DAY) == ([], [])


def test_gaps_count_only_where_a_rota_is_kept_and_its_people_are_there(session):
    assert rota.coming_gaps(session, NOW) == []
    a = person(session, "值班员A")
    days = [date(2026, 11, 20) + n * DAY for n in range(16)]
    for post in ("duty_officer", "duty_leader"):
        for day in days:
            start, end = shift_of(day)
            session.add(Shift(post=post, person_id=a.id, start_at=start, end_at=end))
    session.flush()
    assert rota.coming_gaps(session, NOW) == []
    lost = session.scalars(select(Shift).where(Shift.post == "duty_leader").order_by(Shift.start_at)).all()[3]
    gone = person(session, "带班领导B", active=False)
    lost.person_id = gone.id
    session.flush()
    session.expire(lost)
    assert [(gap.post, gap.start, gap.end) for gap in rota.coming_gaps(session, NOW)] == [
        ("duty_leader", lost.start_at, lost.end_at)
    ]


def book(*rows, declared=None):
    """Return the bytes of an Excel file."""
    made = Workbook()
    sheet = made.active
    for row in rows:
        sheet.append(row)
    if declared:
        sheet.cell(row=declared, column=1).number_format = "@"
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


def test_an_excel_file_is_read_to_the_planned_month(session):
    a, c = person(session, "值班员A"), person(session, "带班领导C")
    data = book(
        ["带班领导", "日期", "值班员"],
        ["带班领导C", date(2026, 11, 21), "\n\t值班员A"],
        [" 带班领导C", 46348, "没有的人"],
    )
    table = rota.read(session, data, NOW)
    assert [(one.day.day, one.person) for one in table.planned] == [(21, a.id), (21, c.id), (22, c.id)]
    assert [fault.cell for fault in table.faults] == ["C3"]


def test_a_sheet_that_declares_65000_rows_and_holds_30(session):
    person(session, "值班员A")
    rows = [["日期", "值班员"], *([date(2026, 11, day), "值班员A"] for day in range(1, 31))]
    data = book(*rows, declared=65_000)
    assert len(sheets.rows_of(data)) == 31
    assert len(rota.read(session, data, NOW).days) == 30


def test_an_empty_first_sheet_is_passed_over():
    made = Workbook()
    made.create_sheet("值班表").append(["日期", "值班员"])
    data = io.BytesIO()
    made.save(data)
    assert sheets.rows_of(data.getvalue()) == [["日期", "值班员"]]


def _bomb() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as whole:
        whole.writestr("xl/worksheets/sheet1.xml", b"0" * (sheets.LARGEST_UNPACKED + 1))
    return data.getvalue()


def _zip() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as whole:
        whole.writestr("a.txt", "not a workbook")
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "不是 .xlsx"),
        (b"\xd0\xcf\x11\xe0 an old .xls", "另存为 .xlsx"),
        (b"0" * (sheets.LARGEST + 1), "2 MB"),
        (_bomb(), "解开后太大"),
        (_zip(), "打不开"),
        (book(), "空的"),
    ],
    ids=["nothing", "xls", "large", "bomb", "zip", "empty"],
)
def test_a_file_that_is_no_table_is_refused_in_words(data, words):
    with pytest.raises(ValueError, match=words):
        sheets.rows_of(data)
