"""What wakes people at night, what waits for the morning and what does neither."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifier.text import Item
from domain.verdict import INTENTS, Opens, Sentiment

CLOCK = [  # suspected grade I/II within our duties and area: deaths, about thirty people, children, explosions
    ("message", "", "昨晚在石桥镇吃喜酒的现在都不对劲了，又拉又吐，卫生院里挂水的已经三十六个，还有人在往里送"),
    ("message", "", "我女儿班上今天午睡起来吐了十一个，隔壁班也有，都是吃了食堂的午饭，老师让我们先别说"),
    (
        "news",
        "清源一小区电梯坠落致1死2伤",
        "今晨7时许，东岭区一住宅小区电梯从12楼坠落，造成1人死亡、2人受伤，电梯已封停。",
    ),
    ("weibo", "", "剛剛河灣區那間燒烤店轟的一聲，門面整個飛出來，老闆滿臉是血，煤氣罐還在噴火"),
    ("news", "洗浴城锅炉爆炸 4人烫伤", "今日15时，清源市一洗浴城锅炉发生爆炸，4名员工烫伤，已送医救治。"),
    ("message", "", "我们厂夜班四十多号人吃完食堂的包子排队抢厕所，厂医的药早没了"),
    ("news", "冷库氨气泄漏 38人送医", "柳溪县一冷冻厂昨夜发生液氨泄漏，38名工人和附近居民送医观察，无生命危险。"),
    ("message", "", "村口散酒铺打的酒喝死人了，办酒席回来两个人没救过来，还有三个说眼睛看不见"),
]
LEAD = [
    ("message", "", "6号楼电梯卡在九楼和十楼中间，里面关着我妈和一个邻居，按铃没人应，快派人来"),
    ("message", "", "公司楼下那家沙拉店害人，我们四个同事吃完嘴麻心慌，两个在医院输液"),
    ("weibo", "", "东岭百货二楼扶梯把一个小朋友的鞋子卷进去了，孩子哭得撕心裂肺，消防正在拆梯级"),
    ("message", "", "楼下换气点把大罐往小罐里灌，接口滋滋响，整个楼道都是煤气味，刚才还有人抽烟"),
    ("weibo", "", "龙首山缆车停在半空快一个小时了，风特别大，车厢里还有老人"),
    ("news", "充电宝起火烧伤两人", "昨晚，河湾区一奶茶店内充电宝充电时起火，两名顾客手部烧伤，同款产品仍在销售。"),
    ("message", "", "我要投诉超市卖过期牛奶，孩子差点喝了，店长说爱告哪告哪，要求退款赔偿"),
]
NOTHING = [
    ("news", "岚州市一中学52名学生食物中毒", "岚州市教育局通报，当地一中学52名学生晚餐后呕吐腹泻，均已送医。"),
    ("news", "国外一商场扶梯坍塌 18人受伤", "据外电，某国首都一商场自动扶梯当地时间周六坍塌，造成至少18人受伤。"),
    ("news", "清源市开展电梯困人应急救援演练", "模拟轿厢坠落、3人受伤被困，救援人员12分钟到场，演练取得圆满成功。"),
    ("weibo", "", "这部灾难片的过山车脱轨那段太真了，几十个人甩出去，导演可以的"),
    ("news", "“3·02”锅炉爆炸案一审宣判", "三年前造成5人死亡的锅炉爆炸案今天一审宣判，被告人获刑四年。"),
    ("weibo", "", "数学成绩一出，我们班集体吐了，笑到中毒"),
    ("weibo", "", "榴莲价格直接爆炸，告辞"),
    ("news", "辟谣：网传小学百人中毒系谣言", "经核查，该校未发生食物中毒，造谣者已被行政处罚，请勿转发。"),
    ("message", "", "关于您反映小区锅炉房异响一事，执法人员已到场，压力、安全阀均正常，未见隐患。"),
    ("message", "", "请问饭店用的液化气瓶多久检验一次？"),
    ("weibo", "", "我家修狗偷吃巧克力吐了一地，连夜抱去洗胃"),
    ("news", "清高高速多车追尾 4人死亡", "今晨6时许，清高高速柳溪段17辆车追尾，致4人死亡、21人受伤，交警正组织分流。"),
    ("weibo", "", "地震了！清源晃得好厉害，吊灯都在甩"),
    ("news", "“白酒板块集体食物中毒”", "股市今天白酒板块躺了一片，我的账户已经送ICU了。"),
    ("message", "", "开发区工地的工人围了项目部要工钱，一百多人拉着横幅"),
]


@pytest.mark.parametrize(("channel", "title", "text"), CLOCK)
def test_grave_emergencies_of_ours_start_the_clock(verdict, channel, title, text):
    judged = verdict(text, title, channel)
    assert judged.opens is Opens.PROVISIONAL, judged.reasons
    assert judged.ours
    assert judged.grave


@pytest.mark.parametrize(("channel", "title", "text"), LEAD)
def test_other_matters_of_ours_wait_for_a_person(verdict, channel, title, text):
    assert verdict(text, title, channel).opens is Opens.LEAD


@pytest.mark.parametrize(("channel", "title", "text"), NOTHING)
def test_others_matters_and_figures_of_speech_open_nothing(verdict, channel, title, text):
    judged = verdict(text, title, channel)
    assert judged.opens is Opens.NONE, judged.reasons


@pytest.mark.parametrize(("channel", "title", "text"), CLOCK + LEAD)
def test_whatever_is_opened_has_reasons_and_says_so_first(verdict, channel, title, text):
    judged = verdict(text, title, channel)
    assert judged.reasons[0].about == "opens"
    about = {reason.about for reason in judged.reasons[1:]}
    assert about & {"emergency", "intent"}


@pytest.mark.parametrize(("channel", "title", "text"), CLOCK + LEAD + NOTHING)
def test_spans_point_at_the_words_in_title_and_text(verdict, channel, title, text):
    whole = f"{title}\n{text}"
    for reason in verdict(text, title, channel).reasons:
        if reason.span:
            start, end = reason.span
            assert 0 <= start < end <= len(whole) + 1, reason


@settings(max_examples=150, deadline=None)
@given(
    title=st.text(max_size=30), text=st.text(max_size=200), channel=st.sampled_from(["message", "news", "weibo", ""])
)
def test_no_text_makes_it_fail_and_every_answer_is_in_range(local, title, text, channel):
    judged = local.judge([Item(title, text, channel)])[0]
    assert 0 <= judged.relevance <= 1
    assert 0 <= judged.emergency <= 1
    assert 0 <= judged.rumour <= 1
    assert -1 <= judged.sentiment_score <= 1
    assert judged.intent in INTENTS
    assert len(judged.sections) == 11


PIECES = st.sampled_from(
    [
        "食堂",
        "学生",
        "呕吐",
        "电梯",
        "被困",
        "爆炸",
        "死亡",
        "3人",
        "上百",
        "送医",
        "演练",
        "去年",
        "清源市",
        "岚州市",
        "今天",
        "无人受伤",
        "电影",
        "。",
        "，",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=14))
def test_no_jumble_of_its_own_words_makes_it_fail_and_the_answer_is_always_the_same(local, pieces):
    item = Item("", "".join(pieces), "message")
    first, second = local.judge([item, item])
    assert first == second
    if first.opens is not Opens.NONE:
        assert first.ours
        assert first.reasons


def test_without_places_of_its_own_every_chinese_place_is_ours_and_no_foreign_one(anywhere, verdict):
    inside = verdict("今天，岚州市一学校43名学生午餐后呕吐送医。", channel="news", judge=anywhere)
    abroad = verdict("今天，马来西亚一学校43名学生午餐后呕吐送医。", channel="news", judge=anywhere)
    assert inside.opens is Opens.PROVISIONAL
    assert (abroad.ours, abroad.opens) == (False, Opens.LEAD)


def test_what_happens_abroad_is_nothing_to_a_bureau_that_has_told_its_places(verdict):
    assert verdict("今天，马来西亚一学校43名学生午餐后呕吐送医。", channel="news").opens is Opens.NONE


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("请问公司注册地址变更需要什么材料，营业执照怎么换", "登记注册科"),
        ("小区停车费从一小时三块涨到十块，乱收费没人管", "价格监督和反不正当竞争科"),
        ("健身房跑路，预付卡退费没人理", "消费者权益保护科"),
        ("直播间虚假宣传，主播说三天见效", "网络交易和广告监督管理科"),
        ("饭店后厨有老鼠和蟑螂，食品安全没人管", "食品安全科"),
        ("药店卖假药，没有执业药师", "药品医疗器械化妆品科"),
        ("电梯三天两头困人，维保单位不来修", "产品质量和特种设备安全科"),
        ("有人冒用我们的注册商标，商标侵权", "知识产权科"),
        ("你们12315一直没人接，工商局工作人员态度恶劣", "办公室"),
    ],
)
def test_the_section_in_charge_comes_first(verdict, text, section):
    judged = verdict(text)
    assert judged.sections[0] == section
    assert judged.relevance >= 0.5


def test_what_matches_no_section_goes_to_the_office(verdict):
    assert verdict("今天天气真好").sections[0] == "办公室"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("我要投诉这家店，要求退款", "投诉"),
        ("实名举报某作坊非法经营，请依法查处取缔", "举报"),
        ("请问营业执照怎么办理，需要什么材料？", "咨询"),
        ("建议在菜市场增设公平秤，希望能够增加检查", "建议"),
        ("感谢东岭区市场监管所，工作认真负责，特此表扬", "表扬"),
        ("恳请帮帮我们，走投无路了，求助", "求助"),
    ],
)
def test_intent_of_a_message(verdict, text, intent):
    assert verdict(text).intent == intent


def test_news_tells(verdict):
    judged = verdict("记者昨日获悉，市场监管局开展校园食品安全检查。", "校园食品安全检查启动", "news")
    assert (judged.intent, judged.sentiment, judged.opens) == ("陈述", Sentiment.NEUTRAL, Opens.NONE)


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        ("黑心商家太坑人了，态度恶劣，气死我了", Sentiment.NEGATIVE),
        ("感谢工作人员热情周到，非常满意，点赞", Sentiment.POSITIVE),
        ("营业执照办理时间：周一至周五上午九点", Sentiment.NEUTRAL),
        ("一点都不满意，服务很不好", Sentiment.NEGATIVE),
    ],
)
def test_attitude(verdict, text, sentiment):
    assert verdict(text, channel="weibo").sentiment is sentiment


@pytest.mark.parametrize(
    ("text", "topic"),
    [("公交车班次太少，候车半小时", "交通运输"), ("医院挂号难，医生态度差", "卫生计生"), ("哈哈", None)],
)
def test_topic(verdict, text, topic):
    assert verdict(text).topic == topic


def test_a_rumour_reads_like_one(verdict):
    loud = verdict("紧急扩散！听说超市的鸡蛋是人造的，致癌！为了家人赶紧转发，互相转告", channel="weibo")
    calm = verdict("市场监管局今日公布抽检结果，合格率98%。", channel="weibo")
    assert loud.rumour > 0.5 > calm.rumour


def test_what_is_sold_abroad_concerns_us_less_than_what_is_sold_here(anywhere, verdict):
    here = verdict("一家超市的奶粉抽检不合格，已经下架。", channel="news", judge=anywhere)
    abroad = verdict("马来西亚一家超市的奶粉抽检不合格，已经下架。", channel="news", judge=anywhere)
    assert here.relevance > 0.5
    assert abroad.relevance < here.relevance


def test_a_word_inside_a_longer_one_is_not_that_word(verdict):
    assert "租车" not in {reason.words for reason in verdict("出租车司机绕路，出租车公司不管").reasons}


def test_a_title_that_names_our_duty_is_not_talked_away_by_the_story(verdict):
    story = "校长说教育局同意，老师和家长都在，教学楼边上还有臭味和噪音，学生天天上课"
    assert verdict(story, "小学食堂饭菜生蛆").relevance > verdict(f"小学食堂饭菜生蛆，{story}").relevance


def test_a_report_that_nobody_new_is_ill_is_no_emergency(verdict):
    calm = verdict("今日全市无新增确诊病例、疑似病例、死亡病例，12人解除医学观察。", channel="news")
    new = verdict("今日全市新增确诊病例15例，新增死亡病例1例，正在开展流行病学调查。", channel="news")
    assert calm.emergency < 0.5 <= new.emergency


@pytest.mark.parametrize(
    ("channel", "text", "sentiment"),
    [
        ("message", "感谢市场监管所的同志，特此表扬", Sentiment.POSITIVE),
        ("message", "请问办理营业执照需要什么材料？", Sentiment.NEUTRAL),
        ("message", "我要投诉这家超市，卖过期牛奶还不退钱", Sentiment.NEGATIVE),
        ("news", "据报道，某厂一台锅炉爆炸，造成两人死亡，原因正在调查。", Sentiment.NEUTRAL),
    ],
)
def test_attitude_is_what_the_writer_wants_in_messages_and_neutral_in_plain_reports(verdict, channel, text, sentiment):
    assert verdict(text, channel=channel).sentiment is sentiment


def test_a_witness_of_something_of_ours_is_not_talked_away_by_the_trained_head(verdict):
    text = "孩子刚被老师打电话叫回来，说肚子疼，吐了两次。家长群里一下冒出来五六个一样的，都是在学校吃完饭以后。"
    for channel in ("weibo", "news", "message"):
        assert verdict(text, channel=channel).opens is not Opens.NONE, channel
