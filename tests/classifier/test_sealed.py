"""廉政举报 and complaints about named staff are told from all that only sounds like them."""

import pytest

from classifier.judge import Judge
from classifier.text import Item
from huiying.orgs import bureau

SEALED = [
    ("message", "举报你局执法人员吃拿卡要，去店里检查收了两条烟", "integrity"),
    ("message", "东岭所张所长收红包，通风报信，黑作坊才查不到", "integrity"),
    ("message", "实名举报市场监管所所长受贿，有转账记录", "integrity"),
    ("message", "村主任贪污补助款，请查处", "integrity"),
    ("message", "科长索要好处费，不给钱就不办许可证", "integrity"),
    ("message", "工作人员王某态度恶劣，推诿扯皮", "staff"),
    ("message", "窗口工作人员李某某上班玩手机，爱答不理", "staff"),
    ("message", "食品安全科王科长对我爱答不理，一直不给办", "staff"),
    ("message", "姓刘的工作人员辱骂我，要求道歉", "staff"),
    ("message", "貴局執法人員收紅包，請紀檢查處", "integrity"),
    ("weibo", "市监局执法人员吃拿卡要，收了我两条烟，没人管吗", "integrity"),
    ("weibo", "听说东岭区市监局李科长包庇黑作坊", "staff"),
]
OPEN = [
    ("message", "超市收银员张某态度恶劣，不给退款"),
    ("message", "奶茶店工作人员态度恶劣，还骂人"),
    ("message", "物业公司工作人员王某态度恶劣，乱收停车费"),
    ("message", "医院医生收红包，请查处"),
    ("message", "派出所王所长态度恶劣，不给办"),
    ("message", "交警工作人员李某态度恶劣"),
    ("message", "4s店售后主任推诿，不给换"),
    ("message", "小区保安队长骂人打人"),
    ("message", "你们12315敷衍了事，投诉半个月没有结果"),
    ("message", "请领导严查黑心商家收黑钱卖假药"),
    ("message", "电视剧里的局长受贿演得真好，收红包那段绝了"),
    ("message", "贵局服务态度很好，表扬窗口工作人员"),
    ("news", "清源市市监局原局长王某受贿案一审宣判，获刑十年"),
    ("news", "省纪委监委通报：某市工商局副局长落马，涉嫌收受贿赂"),
    ("news", "市监局召开党风廉政建设座谈会，局长要求杜绝吃拿卡要"),
    ("weibo", "这部反腐剧太好看了，处长家里搜出两亿，贪污的演技炸裂"),
    ("weibo", "餐厅工作人员王某态度恶劣，避雷"),
    ("weibo", "某国总统涉嫌贪污受贿被查"),
    ("weibo", "隔壁县交通局局长收红包被举报"),
]


@pytest.mark.parametrize(("channel", "text", "kind"), SEALED)
def test_what_accuses_our_people_is_sealed_with_its_reason(verdict, channel, text, kind):
    judged = verdict(text, channel=channel)
    assert judged.sealed == kind
    assert next(reason for reason in judged.reasons if reason.about == "sealed").span
    assert judged.sections[0] == "办公室"


@pytest.mark.parametrize(("channel", "text"), OPEN)
def test_what_only_sounds_like_it_is_not_sealed(verdict, channel, text):
    assert verdict(text, channel=channel).sealed is None


def test_a_matter_about_a_unit_is_never_led_by_it(verdict):
    judged = verdict("食品安全科王科长收红包，食堂后厨全是老鼠也不查")
    assert judged.about == "食品安全科"
    assert judged.sections[0] == "办公室"
    assert judged.sections[-1] == "食品安全科"
    assert len(judged.sections) == 11


def test_a_matter_about_the_office_itself_goes_to_another_unit(verdict):
    judged = verdict("你局办公室李主任收红包，收好处费")
    assert judged.about == "办公室"
    assert judged.sections[0] != "办公室"


def test_names_of_the_bureau_are_those_of_its_file():
    commerce = Judge(bureau("commerce", ()))
    said = [Item("", "商务局李科长收红包", "weibo"), Item("", "市监局李科长收红包", "weibo")]
    assert [one.sealed for one in commerce.judge(said)] == ["integrity", None]
