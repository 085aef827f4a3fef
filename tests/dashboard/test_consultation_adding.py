"""Suggestions brought as a table, looked at first; what is wrong in the form of a consultation."""

import io
from datetime import timedelta

import pytest
from consulting import FORM, groups, registered, unit_id

from classifier.consulting import group_due
from crawler import asks as answering
from crawler.jobs import close, kit_of
from store.db import transaction
from store.due import take
from store.tables import Ask


def test_a_table_is_looked_at_first_and_refused_rows_are_named(app, signed_in, clock):
    office = signed_in("office")
    id_ = registered(office)
    table = "序号,姓名,意见建议,提交时间\n1,张某,建议延长营业时间到晚上,2026-11-01\n2,李某,,2026-11-02\n".encode()
    answer = office.post(f"/consultations/{id_}/upload", file=(io.BytesIO(table), "意见.csv"))
    assert answer.status_code == 302
    answered(app, clock)
    page = office.text(answer.headers["Location"])
    assert "共 2 行，读出 1 条" in page
    assert "第 3 行" in page
    assert "张某" not in page
    columns = {"column-0": "-", "column-1": "text", "column-2": "text", "column-3": "published"}
    columns["column-1"] = "contact"  # Who made it is never taken, whatever a form says.
    stored = office.post(answer.headers["Location"], store="1", **columns)
    answered(app, clock)
    assert "已登记：新 1 条" in office.text(stored.headers["Location"])
    assert group_due(lambda: clock.now) == 1
    assert list(groups().values()) == [["建议延长营业时间到晚上"]]
    again = office.post(answer.headers["Location"], store="1", **columns)
    answered(app, clock)
    assert "新 0 条，1 条以前已有" in office.text(again.headers["Location"])


def test_a_pasted_table_is_read_as_a_table(app, signed_in, clock):
    office = signed_in("office")
    id_ = registered(office)
    answer = office.post(f"/consultations/{id_}/paste", text="意见建议\t时间\n多设停车位\t2026-11-01\n")
    assert "/uploads/" in answer.headers["Location"]
    answered(app, clock)
    assert "读出 1 条" in office.text(answer.headers["Location"])


def answered(app, clock) -> None:
    """Answer what is asked, as the crawler does."""
    settings = app.config["SETTINGS"]
    kit = kit_of(settings)
    with transaction() as session:
        taken = take(session, Ask.ask_at, clock.now, timedelta(seconds=60))
    for row in taken:
        answering.answer(kit, row, lambda: clock.now)
    close(settings)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": " "}, "请写征求意见的题目"),
        ({"end": "2026-10-01"}, "截止日期早于开始日期"),
        ({"end": ""}, "请填写截止日期"),
        ({"unit": "0"}, "请选择承办单位"),
        ({"link": "javascript:1"}, "公告链接应以"),
    ],
)
def test_what_is_wrong_in_the_form_is_said_and_kept(signed_in, wrong, words):
    office = signed_in("office")
    answer = office.post("/consultations/new", **{**FORM, "unit": unit_id(), **wrong})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="0000-1"' in answer.text
