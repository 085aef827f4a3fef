"""What is put first (QZ6), what has to be responded to (B1), and the themes that are counted (DL4, DL5)."""

import pytest

from domain.verdict import MUST_RESPOND, PRIORITIES, THEMES

QZ6 = [
    ("major_decision", "news", "国务院部署优化营商环境，清源市市场监管局推行证照分离改革，企业注册一天办结"),
    ("major_decision", "message", "新的餐饮服务管理办法实施意见出来以后，小饭馆办食品经营许可证要跑几次？"),
    ("vital_interest", "message", "投诉学校食堂给学生吃变质的肉，校园餐食品安全没人管"),
    ("vital_interest", "message", "健身房关门跑路，办的预付卡不退钱，投诉"),
    ("public_concern", "weibo", "清源市一奶茶店用过期原料被央视曝光，冲上热搜，网友热议，市监局在哪"),
    ("public_concern", "news", "记者暗访东岭区多家火锅店后厨，回收锅底引发关注"),
]


@pytest.mark.parametrize(("flag", "channel", "text"), QZ6)
def test_qz6_three_priorities_are_flags_with_their_reasons(verdict, flag, channel, text):
    judged = verdict(text, channel=channel)
    assert getattr(judged, flag)
    assert any(one.about == "priority" and one.words.startswith(PRIORITIES[flag]) for one in judged.reasons)


@pytest.mark.parametrize("text", ["昨晚的球赛太精彩了，冲上热搜", "国务院部署春运，火车票明天开售", "电费怎么交"])
def test_qz6_nothing_is_flagged_that_is_not_the_bureaus(verdict, text):
    judged = verdict(text, channel="weibo")
    assert not any(getattr(judged, flag) for flag in PRIORITIES)
    assert judged.must_respond is None


B1 = [
    (
        "misread_policy",
        "weibo",
        "网传市场监管局新条例要对小摊贩一刀切罚款，听说要收变相收费的营业执照费，谁还敢开店，投诉",
    ),
    ("vital_interest", "message", "健身房卷款跑路，上百会员的预付卡不退钱，投诉到现在没人管"),
    ("moral_line", "message", "举报超市把臭肉卖给学校食堂，给学生吃，丧尽天良"),
    ("emergency", "message", "我女儿班上今天午睡起来吐了十一个，隔壁班也有，都是吃了食堂的午饭"),
    ("superior", "message", "省局要求你局对网传超市过期食品事件限期答复，请公开回应"),
]


@pytest.mark.parametrize(("kind", "channel", "text"), B1)
def test_b1_the_five_kinds_that_must_be_responded_to(verdict, kind, channel, text):
    judged = verdict(text, channel=channel)
    assert judged.must_respond == kind, judged.reasons
    assert any(one.words == f"必须回应：{MUST_RESPOND[kind]}" for one in judged.reasons)


@pytest.mark.parametrize("text", ["请问办食品经营许可证要带什么材料？", "表扬窗口人员耐心细致，执照当天就拿到了"])
def test_b1_an_ordinary_letter_need_not_be_published_about(verdict, text):
    assert verdict(text).must_respond is None


@pytest.mark.parametrize(
    ("text", "themes"),
    [
        ("学校食堂用过期牛奶", {"food"}),
        ("药店卖过期药，假药害人", {"drug"}),
        ("会销卖保健品，骗老人", {"health_food"}),
        ("用了面膜烂脸", {"cosmetics"}),
        ("买的血糖仪测不准，医疗器械没有注册证", {"device"}),
        ("充电宝产品质量不合格，是劣质货", {"quality"}),
        ("电动车不符合新国标，强制性标准谁来管", {"standard"}),
        ("昨晚的球赛太精彩了", set()),
    ],
)
def test_dl5_four_goods_and_devices_quality_and_standards_are_themes(verdict, text, themes):
    """DL5: 四品一械、质量、标准, each counted by itself."""
    assert set(verdict(text).themes) == themes


@pytest.mark.parametrize(
    ("text", "stirred"),
    [
        ("某楼盘雇人排队，恶意炒作，说最后一批房源再不买就涨价", "real_estate_hype"),
        ("网传学区房新政要取消名额，是不是谣言？", "real_estate_rumour"),
        ("东岭区楼盘墙面开裂，开发商不修", None),
    ],
)
def test_dl4_housing_is_a_theme_with_rumour_and_hype_told_apart(verdict, text, stirred):
    """DL4: 防止虚假宣传、恶意炒作等加剧市场波动（房地产）."""
    themes = verdict(text).themes
    assert "real_estate" in themes
    assert [code for code in themes if code.startswith("real_estate_")] == ([stirred] if stirred else [])
    assert set(themes) <= set(THEMES)


def test_hype_without_housing_is_no_theme_of_housing(verdict):
    assert verdict("股票遭恶意炒作，网传要涨").themes == ()
