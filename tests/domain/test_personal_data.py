"""Personal data found and masked: table by table what is one and what only looks like one."""

import pytest

from domain.masking import counted, find, mask

FOUND = [
    ("请回电13800138000", [("mobile", "13800138000")]),
    ("电话+86 138-0013-8000转告", [("mobile", "+86 138-0013-8000")]),
    ("座机0595-22345678无人接", [("landline", "0595-22345678")]),
    ("身份证11010519491231002X被冒用", [("identity", "11010519491231002X")]),
    ("钱打到6222021234567890128了", [("card", "6222021234567890128")]),
    ("卡号 4111 1111 1111 1111 被盗刷", [("card", "4111 1111 1111 1111")]),
    ("发到zhang.san_01@mail.example.com", [("email", "zhang.san_01@mail.example.com")]),
    ("车牌闽C12345停在消防通道", [("plate", "闽C12345")]),
    ("新能源粤B·D12345充电", [("plate", "粤B·D12345")]),
    ("住阳光小区3号楼2单元501室", [("home", "3号楼2单元501室")]),
    ("家在12栋1-302", [("home", "12栋1-302")]),
    ("幸福里8幢1203室漏水", [("home", "8幢1203室")]),
    ("张13800138000、李13900139000", [("mobile", "13800138000"), ("mobile", "13900139000")]),
]
NOT_FOUND = [
    "客服400-800-8888",
    "客服4008008888打不通",
    "拨打12345、12315",
    "2026年11月20日至2027年3月5日",
    "订单号20261120123456789012",
    "订单6222021234567890127没有发货",
    "快递单号 4111111111111111",
    "运单SF1234567890123",
    "型号C12345，批号B2026112001",
    "退我12345678元",
    "统一社会信用代码91350500MA2XXXXX0A",
    "@全体成员 请看",
    "共3栋楼500人",
    "川A5星级",
    "3号楼500元一平",
]


@pytest.mark.parametrize(("text", "wanted"), FOUND)
def test_what_is_personal_is_found_and_masked_at_its_place(text, wanted):
    found = find(text)
    assert [(one.kind, text[one.start : one.end]) for one in found] == wanted
    masked = mask(text)
    assert len(masked) == len(text)
    for one in found:
        assert masked[one.start : one.end] != text[one.start : one.end]
        assert masked[: found[0].start] == text[: found[0].start]
    assert mask(masked) == masked


@pytest.mark.parametrize("text", NOT_FOUND)
def test_what_only_looks_personal_is_left_alone(text):
    assert find(text) == []
    assert mask(text) == text


def test_what_is_left_of_each_kind():
    text = "卡号6222021234567890128，闽C12345，a.b@mail.example，8幢1203室"
    assert mask(text) == "卡号***************0128，闽C****5，a.*@mail.example，8幢****室"


def test_the_chip_counts_by_kind():
    found = find("13800138000、13900139000，卡号 6222021234567890128")
    assert counted(found) == "手机号 2 处、银行卡号 1 处"
    assert counted([]) == ""
