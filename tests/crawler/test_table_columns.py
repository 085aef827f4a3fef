"""Which column is what: by its header, or as the office says; nothing of the person who wrote."""

from datetime import UTC, datetime

import pytest
from exports import HEADER, ROW, read, xlsx

from crawler.sheets import columns


def test_who_wrote_is_not_taken_over_unless_the_office_says_so():
    for item in read(xlsx(HEADER, ROW)).items:
        assert item.author is None
        assert "市民甲" not in str(item)
        assert "13800000000" not in str(item)
    (item,) = read(xlsx(HEADER, ROW), {"来电人": "联系方式", "来电号码": "contact"}).items
    assert item.text.endswith("请核查。\n联系方式：市民甲、13800000000")
    assert item.author is None


@pytest.mark.parametrize(
    "header", ["来电人", "联系电话", "投诉人姓名", "留言用户", "身份证号码", "邮箱", "家庭住址", "手机号"]
)
def test_columns_about_a_person_are_known_as_such(header):
    assert columns.is_private(header)
    assert columns.field_of(header) is None


@pytest.mark.parametrize("header", ["被投诉人", "工单编号", "市民诉求", "用户诉求", "反映人数", "事发地址"])
def test_other_columns_are_not(header):
    assert not columns.is_private(header)


def test_the_office_says_what_a_column_is():
    body = xlsx(["号", "事由", "啥事", "何时"], ["7", "甲", "乙", "2026-11-20"])
    with pytest.raises(LookupError, match="没有找到表头"):
        read(body)
    sheet = read(body, {"号": "编号", "事由": "标题", "啥事": "text", "何时": "时间"})
    assert [(item.number, item.title, item.text) for item in sheet.items] == [("7", "甲", "乙")]
    named = read(xlsx(HEADER, ROW), {"诉求标题": "-", "承办单位": "标题"})
    assert named.items[0].title == "计量科"
    assert "诉求标题" not in named.mapping
    with pytest.raises(LookupError, match="没有“备注”这一列"):
        read(xlsx(HEADER, ROW), {"备注": "内容"})
    (_, other) = read(xlsx(HEADER, ROW, 二月=[["标题", "事由"], ["甲", "乙"]]), {"事由": "内容"}).items
    assert (other.title, other.text) == ("甲", "乙")
    with pytest.raises(LookupError, match="没有“题目”这一项"):
        read(xlsx(HEADER, ROW), {"诉求标题": "题目"})
    with pytest.raises(LookupError, match="只能有一列"):
        read(xlsx(HEADER, ROW), {"诉求标题": "标题", "诉求内容": "标题"})


def test_several_columns_make_one_place():
    header = ["诉求编号", "诉求内容", "城市名称", "区域名称", "街道名称", "地址描述"]
    (item,) = read(xlsx(header, ["1", "内容", "清源市", "东岭区", "人民街道", "东岭区人民街道1号"])).items
    assert item.place == "东岭区人民街道1号"


def test_superiors_lists_are_read_the_same_way():
    header = ["转办文号", "来文单位", "文件标题", "主要内容", "来文日期", "要求反馈时间"]
    body = xlsx(header, ["清政督〔2026〕7号", "市政府督查室", "关于核查的通知", "请核查。", "2026-11-20", "2026-11-24"])
    (item,) = read(body).items
    assert (item.number, item.title) == ("清政督〔2026〕7号", "关于核查的通知")
    assert item.limit_at == datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC)
