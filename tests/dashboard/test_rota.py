"""值班: the month, the import with its preview, substitution in one click, and gaps."""

import io
import re
from datetime import date, datetime

import pytest
from accounts import account
from openpyxl import Workbook
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from store import rota
from store.db import reading, transaction
from store.tables import PostHolder, Shift


@pytest.fixture
def office(signed_in):
    """The office's browser."""
    return signed_in("office")


def book(*rows) -> bytes:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


NOVEMBER = [["日期", "值班员", "带班领导"], *([date(2026, 11, day), "duty员", "leader员"] for day in range(1, 31))]


def upload(browser, data: bytes, name: str = "值班表.xlsx"):
    # Encoded here: for a large file the client would leave a temporary one open.
    boundary, body = encode_multipart({"csrf": browser.csrf, "file": FileStorage(io.BytesIO(data), name)})
    kind = f"multipart/form-data; boundary={boundary}"
    return browser.client.post("/rota/preview", data=body, content_type=kind)


def take(browser, *rows):
    page = upload(browser, book(*rows)).text
    return browser.post("/rota/import", plan=re.search(r'name="plan" value="([^"]+)"', page)[1])


def shifts() -> list[Shift]:
    with reading() as session:
        return list(session.scalars(select(Shift).order_by(Shift.start_at, Shift.post)))


def test_the_preview_changes_nothing_and_the_import_shows_who_is_on(office):
    page = upload(office, book(*NOVEMBER))
    assert page.status_code == 200
    assert "看懂 30 天" in page.text
    assert shifts() == []
    assert take(office, *NOVEMBER).headers["Location"] == "/rota?month=2026-11"
    shown = office.text("/rota")
    assert shown.count('href="/rota/shifts/') == 2 * 11, "the running one and those to come can be changed"
    assert re.search(r"现在</h2>.*duty员.*leader员.*下一班</h2>.*duty员", shown, re.S)
    assert "值班 duty员" in office.text("/")


def test_what_is_not_understood_is_named_by_cell(office):
    page = upload(
        office, book(["日期", "值班员", "带班领导"], ["11月21日", "没有的人", "leader员"], ["某日", "duty员", ""])
    ).text
    for words in (
        '<b class="num">B2</b> 人员里没有“没有的人”',
        "A3",
        "人员里没有：<b>没有的人</b>",
        "只导入看懂的 1 天",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("data", "words"), [(b"abc", "不是 .xlsx"), (b"", "不是 .xlsx"), (book(["甲", "乙"]), "没有找到表头")]
)
def test_a_file_that_is_none_is_refused_on_the_page(office, data, words):
    answer = upload(office, data)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_form_without_a_file_and_one_that_is_too_large(office):
    assert "请选择" in office.post("/rota/preview").text
    assert upload(office, b"0" * (2 * 1024 * 1024 + 1000)).status_code == 422
    assert upload(office, b"0" * (3 * 1024 * 1024)).status_code == 413
    assert office.post("/leads/new", title="x" * 300_000).status_code == 413


@pytest.mark.parametrize("plan", ["", "2026-11-21/duty_officer/999", "x/y/z", "2026-11-21/chief/1", "2026-11-21/a"])
def test_a_plan_that_was_tampered_with_writes_nothing(office, plan):
    assert office.post("/rota/import", plan=plan).status_code == 422
    assert shifts() == []


def test_one_click_substitutes_and_the_board_names_who_stands_in(office, duty):
    take(office, *NOVEMBER)
    with reading() as session:
        now = datetime.fromisoformat("2026-11-20T09:30:00+08:00")
        running = rota.turns(session, now)[0][0].id
    page = duty.text(f"/rota/shifts/{running}")
    assert "由谁替班" in page
    assert duty.post(f"/rota/shifts/{running}/substitute", person=account("office").id).status_code == 302
    assert "office员" in duty.text("/rota")
    assert "值班 office员" in duty.text("/")
    assert "换回" in duty.text(f"/rota/shifts/{running}")
    again = duty.post(f"/rota/shifts/{running}/substitute", person=account("office").id)
    assert "本来就" in again.text
    assert duty.post(f"/rota/shifts/{running}/substitute").status_code == 422


def test_gaps_are_warned_of_with_who_fills_them(office):
    assert "空缺" not in office.text("/rota").split('class="month"')[0]
    take(office, *NOVEMBER)
    page = office.text("/rota")
    assert "未来 14 天有 2 处空缺" in page
    assert "无人（请登记值班员岗位）" in page
    with transaction() as session:
        session.add(PostHolder(post="duty_officer", person_id=account("duty").id))
    assert "空缺时通知duty员" in office.text("/rota")


def test_other_months_and_nonsense_in_the_address(duty):
    assert "2026年12月" in duty.text("/rota?month=2026-12")
    assert "2026年11月" in duty.text("/rota?month=nonsense")
    assert duty.get("/rota?month=9999-12").status_code == 200
    assert duty.get("/rota?month=0001-01").status_code == 200


def test_the_office_says_when_shifts_begin(office):
    assert office.post("/rota/start", start="08:00").status_code == 302
    assert office.post("/rota/start", start="早上").status_code == 422
    take(office, *NOVEMBER)
    assert f"{shifts()[-1].start_at:%H:%M}" == "00:00", "8:00 in Beijing"
    assert "每班从当天 08:00 到次日" in office.text("/rota")
