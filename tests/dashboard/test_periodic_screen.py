"""周期性工作 on the screen: who sees it, who records, what is kept after an error; the season stands on every page."""

from datetime import date

from sqlalchemy import select

from store import periodic, seasons
from store.db import transaction
from store.tables import PeriodicDuty


def opened(clock):
    """Write the rows of the periods that run; return the id of the month's circular."""
    with transaction() as session:
        periodic.open_periods(session, clock.now)
        return session.scalars(select(PeriodicDuty.id).where(PeriodicDuty.rule == "MONTHLY_CIRCULAR")).one()


def test_the_office_records_what_was_done(signed_in, clock):
    id_ = opened(clock)
    office = signed_in("office")
    page = office.text("/periodic")
    assert "月度通报" in page
    assert "2026年11月" in page
    assert "依据 三明市商务局2017年政务公开年报" in page
    form = {"words": "印发通报", "link": "https://www.example.gov.cn/tb11", "on": "2026-11-19"}
    assert office.post(f"/periodic/{id_}", **form).status_code == 302
    page = office.text("/periodic")
    assert "已登记完成，不再提醒。" in page
    assert "11月19日 周四" in page
    assert '<a href="https://www.example.gov.cn/tb11"' in page
    assert office.post(f"/periodic/{id_}", **form).status_code == 422


def test_what_was_typed_is_kept_with_the_reason(signed_in, clock):
    id_ = opened(clock)
    office = signed_in("office")
    for on, words in (
        ("2026-11-21", "实际日期不能晚于今天"),
        ("", "请填写实际日期"),
        ("昨天", "看不懂"),
        ("2026-10-31", "早于"),
    ):
        answer = office.post(f"/periodic/{id_}", words="印发<b>通报", link="清市监〔2026〕8号", on=on)
        assert answer.status_code == 422
        assert words in answer.text
        assert "印发&lt;b&gt;通报</textarea>" in answer.text
        assert "清市监〔2026〕8号" in answer.text
    assert "请写明做了什么" in office.post(f"/periodic/{id_}", words=" ", on="2026-11-19").text
    assert office.post("/periodic/99999", words="x", on="2026-11-19").status_code == 404


def test_the_duty_officer_reads_and_an_unsafe_link_is_plain_text(signed_in, duty, clock):
    id_ = opened(clock)
    signed_in("office").post(f"/periodic/{id_}", words="印发", link="javascript:alert(1)", on="2026-11-19")
    page = duty.text("/periodic")
    assert "登记完成</summary>" not in page
    assert "javascript:alert(1)" in page
    assert 'href="javascript' not in page


def test_an_overdue_duty_says_so(signed_in, clock):
    opened(clock)
    clock.forward(days=12)
    assert "逾期 33小时30分" in signed_in("duty").text("/periodic")


def test_nothing_to_do_is_said(duty):
    assert "没有待完成的周期性工作" in duty.text("/periodic")
    assert "还没有登记过" in duty.text("/periodic")


def test_the_season_stands_on_every_page_of_its_days_and_no_longer(signed_in, clock):
    duty = signed_in("duty")
    with transaction() as session:
        seasons.add(session, "双11", date(2026, 11, 8), date(2026, 11, 20), "command", clock.now)
    words = "敏感时期：双11（11月8日至11月20日）"
    assert all(words in duty.text(page) for page in ("/", "/cases", "/periodic"))
    clock.forward(days=1)
    assert "敏感时期" not in signed_in("duty").text("/")
