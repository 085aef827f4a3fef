"""Leads on the screen: confirm, dismiss, enter by hand; what was typed is kept when it cannot be done."""

import pytest
import screen_matters as made

from domain.case import Level
from store.db import transaction
from store.tables import Case, Lead


def test_confirming_gives_a_number_and_hands_the_matter_over(duty, clock):
    lead_id = made.lead(clock.now)
    form = {"unit": "2", "level": "orange", "emergency": "no", "title": "改好的标题", "occurred_at": "2026-11-20T09:00"}
    assert duty.post(f"/leads/{lead_id}/confirm", **form).headers["Location"] == "/"
    assert "已立为事项 舆情〔2026〕1号，交办特种设备科。" in duty.text("/")
    with transaction() as session:
        case = session.get_one(Case, 1)
        assert (case.title, case.level, case.unit_id, case.emergency) == ("改好的标题", Level.ORANGE, 2, False)
        assert case.t0_basis == "occurred"
        assert case.t0.isoformat() == "2026-11-20T01:00:00+00:00"


WRONG = [
    ({"unit": "99"}, "请选择承办单位"),
    ({"unit": "abc"}, "请选择承办单位"),
    ({"unit": "9" * 30}, "请选择承办单位"),
    ({"level": "purple"}, "请选择舆情等级"),
    ({"occurred_at": "yesterday"}, "事发时间看不懂"),
    ({"occurred_at": "2026-11-20T10:00"}, "事发时间不能晚于现在"),
]


def test_what_was_typed_is_kept(duty, clock):
    lead_id = made.lead(clock.now)
    for wrong, words in WRONG:
        form = {"unit": "2", "level": "orange", "emergency": "yes", "title": "改好的标题", **wrong}
        answer = duty.post(f"/leads/{lead_id}/confirm", **form)
        assert answer.status_code == 422, wrong
        assert words in answer.text, wrong
        assert 'value="改好的标题"' in answer.text
        assert 'data-do="confirm" open' in answer.text
    with transaction() as session:
        assert session.get_one(Lead, lead_id).state == "open"


def test_two_people_judge_one_lead(duty, signed_in, clock):
    lead_id = made.lead(clock.now)
    other = signed_in("office")
    form = {"unit": "1", "level": "yellow", "emergency": "no"}
    assert duty.post(f"/leads/{lead_id}/confirm", **form).status_code == 302
    answer = other.post(f"/leads/{lead_id}/dismiss", why="与本局无关")
    assert answer.status_code == 422
    assert "已经研判过" in answer.text


def test_dismissing_asks_for_a_reason(duty, clock):
    lead_id = made.lead(clock.now)
    assert "请写明理由" in duty.post(f"/leads/{lead_id}/dismiss", why="  ").text
    assert duty.post(f"/leads/{lead_id}/dismiss", why="属外市事项").status_code == 302
    assert "属外市事项" in duty.text(f"/leads/{lead_id}")
    assert "没有待研判的线索" in duty.text("/")


def test_a_call_becomes_a_numbered_matter_in_two_forms(duty):
    answer = duty.post("/leads/new", title="来电反映电梯困人", text="电话13812345678", channel="message", unit="2")
    address = answer.headers["Location"]
    page = duty.text(address)
    assert 'data-do="confirm" open' in page
    assert "138******78" in page
    assert "13812345678" not in page
    lead_id = address.split("/")[2].split("?")[0]
    duty.post(f"/leads/{lead_id}/confirm", unit="2", level="red", emergency="no", title="电梯困人")
    assert "3个工作日答复" in duty.text("/")


@pytest.mark.parametrize(
    ("title", "text", "channel", "words"),
    [(" ", "", "news", "请写"), ("标题", "来电人说了很久", "fax", "请选择渠道")],
)
def test_what_cannot_be_entered_is_kept(duty, title, text, channel, words):
    answer = duty.post("/leads/new", title=title, text=text, channel=channel, caller="留着", unit="")
    assert answer.status_code == 422
    assert words in answer.text
    assert text in answer.text
    assert 'value="留着"' in answer.text


def test_reasons_stand_beside_the_proposal(duty, clock):
    lead_id = made.lead(clock.now)
    assert "过期 +1.9" in duty.text("/")
    assert "系统初判" in duty.text(f"/leads/{lead_id}")
    assert "AI" not in duty.text(f"/leads/{lead_id}")
