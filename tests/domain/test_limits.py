"""What an office may set of a limit, and what it then looks like."""

import pytest

from domain.limits import check, length_words, lengthened, settable, unknown, with_office
from domain.regulations import rule, rules

OWN = {"title": "局长信箱", "duty": "答复来信", "unit": "workdays", "limit": 2, "met_by": "reply"}
REASON = "局长办公会议定"

ALLOWED = [
    ("OTHER_RESPONSE", {"limit": 24}, ""),
    ("OTHER_RESPONSE", {"limit": 48}, ""),
    ("OTHER_RESPONSE", {"limit": 72}, REASON),
    ("INFO_REPORT", {"limit": 30, "unit": "minutes"}, ""),
    ("INFO_REPORT", {"limit": 1, "unit": "hours"}, ""),
    ("NEXT_RELEASE", {"limit": 48}, ""),
    ("LEAD_CONFIRM", {"limit": 15}, ""),
    ("YEARLY_ATTEND", {"off": True}, REASON),
    ("MAYOR_BOX", OWN, ""),
]


@pytest.mark.parametrize(("code", "row", "reason"), ALLOWED)
def test_what_an_office_may_set(code, row, reason):
    check(code, row, reason)
    found = with_office(code, row)
    assert {name: getattr(found, name) for name in row if name != "title"} == {
        name: value for name, value in row.items() if name != "title"
    }


REFUSED = [
    ("OTHER_RESPONSE", {"limit": 72}, " ", "写明理由"),
    ("AUTH_RELEASE", {"limit": 0}, "", "1到8760"),
    ("AUTH_RELEASE", {"limit": "4"}, "", "整数"),
    ("AUTH_RELEASE", {"limit": True}, "", "整数"),
    ("AUTH_RELEASE", {}, "", "整数"),
    ("AUTH_RELEASE", {"limit": 3, "unit": "workdays"}, "", "单位不能改"),
    ("AUTH_RELEASE", {"limit": 3, "title": "快"}, "", "title 不能改"),
    ("AUTH_RELEASE", {"off": True}, REASON, "不能停用"),
    ("HOTLINE", {"limit": 3, "unit": "workdays"}, "", "写在办件单"),
    ("MONTHLY", {"limit": 1}, "", "自然周期"),
    ("YEARLY_ATTEND", {"off": True}, "", "写明理由"),
    ("INFO_REPORT", {"limit": 30}, "", "单位应为"),
    ("mayor", OWN, "", "大写字母"),
    ("MAYOR_BOX", {**OWN, "title": ""}, "", "名称"),
    ("MAYOR_BOX", {"limit": 2}, "", "名称、要做什么、单位"),
    ("MAYOR_BOX", {**OWN, "met_by": "judgement"}, "", "办结方式"),
    ("MAYOR_BOX", {**OWN, "unit": "month"}, "", "单位应为"),
    ("MAYOR_BOX", {**OWN, "limit": 251}, "", "1到250"),
]


@pytest.mark.parametrize(("code", "row", "reason", "words"), REFUSED)
def test_what_an_office_may_not_set_is_said_in_words(code, row, reason, words):
    with pytest.raises(ValueError, match=words):
        check(code, row, reason)


@pytest.mark.parametrize(
    ("code", "row", "longer"),
    [
        ("OTHER_RESPONSE", {"limit": 72}, True),
        ("OTHER_RESPONSE", {"limit": 48}, False),
        ("OTHER_RESPONSE", {"limit": 24}, False),
        ("NEXT_RELEASE", {"limit": 48}, False),
        ("INFO_REPORT", {"limit": 600, "unit": "minutes"}, False),
        ("YEARLY_ATTEND", {"off": True}, False),
        ("MAYOR_BOX", OWN, False),
    ],
)
def test_only_a_legal_limit_can_be_lengthened(code, row, longer):
    assert lengthened(code, row) is longer


def test_title_and_source_carry_the_number_that_holds():
    found = with_office("OTHER_RESPONSE", {"limit": 24})
    assert (found.title, found.limit) == ("24小时回应", 24)
    assert found.source == "国办发〔2016〕61号；本单位设定为24小时"
    assert with_office("MSG_REPLY", {"limit": 2}).title == "2个工作日答复"
    report = with_office("INFO_REPORT", {"limit": 30, "unit": "minutes"})
    assert (report.title, report.source) == ("信息报送", "本地信息报送规定；本单位设定为30分钟")


def test_without_a_setting_the_regulation_stands():
    assert all(with_office(code, None) is rule(code) for code in rules())


def test_a_code_nobody_knows_is_named_and_has_a_bare_rule_for_old_matters():
    with pytest.raises(ValueError, match="MAYOR_BOX"):
        with_office("MAYOR_BOX", None)
    assert unknown("MAYOR_BOX").title == "MAYOR_BOX"


@pytest.mark.parametrize(
    ("code", "row", "words", "may"),
    [
        ("OTHER_RESPONSE", None, "48小时", "length"),
        ("MSG_REPLY", {"limit": 2}, "2个工作日", "length"),
        ("LEAD_CONFIRM", None, "30分钟", "length"),
        ("INFO_REPORT", None, "见文件", "length"),
        ("HOTLINE", None, "见文件", ""),
        ("MONTHLY", None, "每月", ""),
        ("YEARLY_ATTEND", None, "每年2次", "off"),
        ("ANNUAL_REPORT", None, "次年1月31日前", "off"),
        ("YEARLY_ATTEND", {"off": True}, "不执行", "off"),
        ("MAYOR_BOX", OWN, "2个工作日", "own"),
    ],
)
def test_how_long_a_limit_is_and_what_an_office_may_do_with_it(code, row, words, may):
    assert (length_words(with_office(code, row)), settable(code)) == (words, may)


SETTINGS = {"length": {"limit": 5, "unit": "minutes"}, "off": {"off": True}, "": {"limit": 5}}


def test_what_may_be_done_is_what_the_check_lets_through():
    for code, legal in rules().items():
        row = SETTINGS[settable(code)]
        row = {**row, "unit": legal.unit} if settable(code) == "length" and legal.unit != "given" else row
        if settable(code):
            check(code, row, "试")
        else:
            with pytest.raises(ValueError, match=r"不能|自然周期"):
                check(code, row, "试")
