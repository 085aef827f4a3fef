"""Traditional characters and Taiwan's words (GZ9): judged, grouped and found as the same said on the mainland."""

from dataclasses import replace

import pytest
from opencc import OpenCC

from classifier.text import normalise

PAIRS = [
    ("民眾反映入口網站程式出錯", "群众反映门户网站程序出错"),
    ("瓦斯爆炸，計程車司機受傷", "煤气爆炸，出租车司机受伤"),
    ("產品品質不合格，網路資訊不實", "产品质量不合格，网络信息不实"),
    ("重要政務輿情快速反應", "重要政务舆情快速反应"),
]
POSTS = [
    (
        "message",
        "超市賣過期牛奶，孩子喝了上吐下瀉，我要投訴，要求退款賠償",
        "超市卖过期牛奶，孩子喝了上吐下泻，我要投诉，要求退款赔偿",
    ),
    ("weibo", "河灣區燒烤店瓦斯爆炸，三名民眾重傷送醫", "河湾区烧烤店煤气爆炸，三名群众重伤送医"),
    ("news", "清源市公布抽檢結果：十二批次產品品質不合格", "清源市公布抽检结果：十二批次产品质量不合格"),
    ("message", "政務網站程式一直出錯，民眾無法辦理登記註冊", "政务网站程序一直出错，群众无法办理登记注册"),
]


@pytest.mark.parametrize(("theirs", "ours"), PAIRS)
def test_gz9_it_is_spelled_as_on_the_mainland_with_every_character_in_its_place(theirs, ours):
    assert normalise(theirs) == ours


def test_gz9_mainland_texts_keep_their_words():
    said = "民众反映程式化服务，知名煤矿瓦斯浓度超标，Ａ栋"
    assert normalise(said) == said.replace("Ａ", "a")
    assert normalise("著名煤矿的瓦斯") == "着名煤矿的瓦斯"


@pytest.mark.parametrize(("channel", "theirs", "ours"), POSTS)
def test_gz9_a_traditional_post_is_judged_as_the_same_post_in_simplified_characters(verdict, channel, theirs, ours):
    one, other = verdict(theirs, channel=channel), verdict(ours, channel=channel)
    assert replace(one, reasons=()) == replace(other, reasons=())
    # The phrases of a reason are shown as they stand in the text.
    assert [(why.weight, why.about, why.span) for why in one.reasons] == [
        (why.weight, why.about, why.span) for why in other.reasons
    ]
    assert one.relevance > 0.3


def test_gz9_a_traditional_repost_is_a_copy():
    text = "東嶺區實驗小學四十多名學生午餐後集體嘔吐腹瀉，已送醫院治療，食堂食品留樣已經封存，調查正在進行。"
    same = "东岭区实验小学四十多名学生午餐后集体呕吐腹泻，已送医院治疗，食堂食品留样已经封存，调查正在进行。"
    assert normalise(text) == same


def test_gz9_every_traditional_character_in_use_has_its_simplified_one():
    converter = OpenCC("t2s")
    common = (chr(code) for code in range(0x4E00, 0xA000) if _is_common(chr(code)))
    left = {one for one in common if converter.convert(one) != one and normalise(one) == one}
    assert left == set("吒薹勣欐縯繈藷訏訑譆軏鈇鑪頫騵鴃")  # 哪吒 and 芸薹 are so written here; the others nobody uses.


def _is_common(one: str) -> bool:
    """Return whether Big5 has a character among those in daily use."""
    try:
        return 0xA4 <= one.encode("big5")[0] <= 0xC6
    except UnicodeEncodeError:
        return False
