"""QZ5 谁主管谁负责: exactly one lead unit for whatever is written, the office for what is nobody's."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.judge import Judge
from classifier.text import Item
from huiying import orgs

WORDS = ["食堂", "电梯", "收红包", "工作人员王某", "态度恶劣", "预付卡", "加油站", "爆炸", "商场", "办公室"]
WORDS += ["食品安全科", "市场运行处", "球赛", "招商引资", "执照", "举报", "请问", "你局", "所长", "不退款"]
WORDS += ["楼盘", "13800138000", "？", "。", "\n"]
TEXTS = st.lists(st.sampled_from(WORDS) | st.text(max_size=8), max_size=14).map("".join)
JUDGES = {name: Judge(orgs.bureau(name, ())) for name in orgs.names()}


@pytest.mark.parametrize("name", orgs.names())
@given(text=TEXTS, title=TEXTS, channel=st.sampled_from(["message", "news", "weibo"]))
@settings(max_examples=60, deadline=None)
def test_qz5_every_text_has_exactly_one_lead_unit(name, text, title, channel):
    org = orgs.bureau(name)
    judged = JUDGES[name].judge([Item(title, text, channel)])[0]
    assert sorted(judged.sections) == sorted(org.sections), "every unit once, so one of them first"
    assert judged.sections[0] != judged.about


@pytest.mark.parametrize("name", orgs.names())
@pytest.mark.parametrize("text", ["", "今天天气不错", "昨晚的球赛太精彩了", "啊啊啊啊"])
def test_qz5_what_is_nobodys_goes_to_the_office(name, text):
    assert JUDGES[name].judge([Item("", text, "weibo")])[0].sections[0] == "办公室"
