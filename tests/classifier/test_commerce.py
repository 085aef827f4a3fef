"""The second bureau is data: its units, its emergencies; the same text is judged for each bureau by its own file."""

import tomllib
from pathlib import Path

import pytest

from classifier import lexicons
from classifier.judge import Judge
from classifier.text import Item
from domain.org import org_from
from domain.verdict import Opens
from huiying import orgs

HOME = ("清源市", "东岭区", "河湾区")


@pytest.fixture(scope="module")
def commerce():
    return Judge(orgs.bureau("commerce", HOME))


def judged(judge, text, channel="message"):
    return judge.judge([Item("", text, channel)])[0]


UNITS = [
    ("东岭百货商场促销抢购，超市货架空了，鸡蛋断货", "市场运行处"),
    ("加油站的汽柴油价格公示看不懂，成品油怎么涨了", "市场运行处"),
    ("猪肉价格一天一个样，储备肉什么时候投放", "市场运行处"),
    ("家电以旧换新补贴什么时候到账，消费券领不到", "市场运行处"),
    ("单用途商业预付卡，洗车店关门不退", "市场运行处"),
    ("典当行利息太高，当期没到就把东西卖了", "市场运行处"),
    ("拍卖公司收了保证金不退，拍卖成交又反悔", "市场运行处"),
    ("二手车交易市场卖事故车", "市场运行处"),
    ("再生资源回收站占道，废品回收没人管", "市场运行处"),
    ("报废汽车回收价格太低，报废证明开不出来", "市场运行处"),
    ("农贸市场改造以后摊位减少，农产品流通不畅", "市场运行处"),
    ("步行街夜经济一条街什么时候开", "市场运行处"),
    ("家政服务公司派来的阿姨没有培训证", "市场运行处"),
    ("抢盐抢菜又开始了，保供稳价怎么做的", "市场运行处"),
    ("外贸企业出口订单掉了一半，出口退税两个月没到", "对外贸易科"),
    ("进口许可证网上办不了，通关卡住了", "对外贸易科"),
    ("跨境电商综试区的海外仓补贴怎么申请", "对外贸易科"),
    ("想报名广交会的展位，境外展会有没有补贴", "对外贸易科"),
    ("遭遇反倾销调查，贸易摩擦应诉谁指导", "对外贸易科"),
    ("外派劳务公司收了押金不派人，出国务工签证也没有", "对外贸易科"),
    ("对外投资备案要多久，对外承包工程资质怎么办", "对外贸易科"),
    ("招商引资时承诺的优惠政策不兑现", "投资促进中心"),
    ("外商投资企业投诉园区停水停电，外资企业怎么反映", "投资促进中心"),
    ("招商项目落地三年没有开工，引进外资数据有水分", "投资促进中心"),
    ("想来经开区投资建厂，产业园的招商政策在哪里看", "投资促进中心"),
    ("局网站打不开，留言板打不开好几天了", "信息中心"),
    ("网上申报系统登录不了，验证码收不到", "信息中心"),
    ("商务执法的行政处罚听证怎么申请", "法规处"),
    ("规范性文件清理目录在哪里公布，权力清单更新了吗", "法规处"),
    ("对行政许可审批事项的处罚决定不服，申请行政复议", "法规处"),
    ("依申请公开两个月没答复，政府信息公开找谁", "办公室"),
    ("局长信箱留言一直没人办理，商务局不作为", "办公室"),
    ("今天的风好大", "办公室"),
]


@pytest.mark.parametrize(("text", "unit"), UNITS)
def test_commerce_gives_sensible_units(commerce, text, unit):
    assert judged(commerce, text).sections[0] == unit


EMERGENCIES = [  # text, opens for a commerce bureau, opens for a market supervision bureau
    ("东岭区加油站刚刚爆炸了，火光冲天，有两个人受伤", Opens.PROVISIONAL, None),
    ("河湾区购物中心促销开业发生踩踏，三十多人受伤", Opens.PROVISIONAL, None),
    ("东岭区百货商场着火了，好多人困在里面，快来救人", Opens.LEAD, None),
    ("东岭区超市领鸡蛋的老人踩踏，受伤好几个", Opens.LEAD, None),
    ("我女儿班上今天午睡起来吐了十一个，隔壁班也有，都是吃了食堂的午饭", None, Opens.PROVISIONAL),
    ("6号楼电梯卡在九楼和十楼中间，里面关着我妈和一个邻居，按铃没人应", None, Opens.LEAD),
]


@pytest.mark.parametrize(("text", "ours", "theirs"), EMERGENCIES)
def test_an_emergency_is_the_bureaus_whose_file_names_its_scene(commerce, local, text, ours, theirs):
    for judge, opens in ((commerce, ours), (local, theirs)):
        said = judged(judge, text)
        if opens is None:
            assert not said.grave
            assert said.opens is not Opens.PROVISIONAL
        else:
            assert said.emergency >= 0.5
            assert said.opens is opens, said.reasons


def test_no_scene_is_anybodys_in_code_and_each_shipped_bureau_names_known_ones():
    assert not any(scene.own for scene in lexicons.scenes())
    known = {scene.name for scene in lexicons.scenes()}
    for name in orgs.names():
        assert orgs.bureau(name).scenes
        assert orgs.bureau(name).scenes <= known
    named = frozenset().union(*(orgs.bureau(name).scenes for name in orgs.names()))
    assert {scene.name for scene in lexicons.scenes() if scene.only} <= named, "a scene for bureaus that name it"


def test_the_walk_through_names_every_scene_there_is():
    guide = (Path(__file__).parents[2] / "docs" / "new-bureau.md").read_text(encoding="utf8")
    assert [scene.name for scene in lexicons.scenes() if scene.name not in guide] == []


def test_a_scene_that_does_not_exist_is_named_with_those_there_are():
    table = tomllib.loads(
        'code = "x"\nname = "某局"\nfallback = "综合科"\n[[units]]\nname = "综合科"\nscenes = ["外星人入侵"]\n'
    )
    with pytest.raises(ValueError, match=r"综合科 的 scenes .*外星人入侵.*电梯扶梯"):
        Judge(org_from(table))


def test_a_bureau_that_names_no_scene_owns_no_emergency():
    table = tomllib.loads('code = "x"\nname = "某局"\nfallback = "综合科"\n[[units]]\nname = "综合科"\n')
    said = judged(Judge(org_from(table)), "电梯坠落，一死两伤，里面还困着人")
    assert not said.grave
    assert said.opens is not Opens.PROVISIONAL
