"""A made-up office of corrections: texts the program gives to the wrong unit, and what people said of them."""

from collections.abc import Iterable, Iterator

from domain.correction import text_key
from store.teaching import Teaching

PLACES = (
    "东岭区",
    "河湾区",
    "柳溪县",
    "石桥镇",
    "青石路",
    "南浦街",
    "云门巷",
    "老城里",
    "新港村",
    "北坡",
    "西苑",
    "下河口",
)
ASKED = (
    "{}的充电柜换电不成功，换电柜退不了租，客服没人接",
    "{}路边换电柜吞了我的电池，押金租金一直不退",
    "换电柜在{}又死机了，骑手没法换电，多扣了租金",
    "{}新装的换电柜冒烟，换电站没有人管",
    "请管一管{}的换电柜，租约到期还在扣费，换电越来越慢",
    "{}换电柜里的电池鼓包，换电站说不是他们的事",
    "在{}租的换电电池跑不了十公里，换电柜常常没有满电的",
    "{}的换电站把柜子堵在楼道口，换电的人进进出出",
)
FOOD = (
    "{}一家面馆吃出蟑螂，要求查处后厨卫生",
    "{}超市卖过期酸奶，请食品安全部门检查",
    "{}学校食堂饭菜发霉，家长要求严查",
    "在{}吃外卖吃出塑料片，商家拒绝赔偿",
    "{}熟食摊没有防蝇罩，举报请处理",
)
"""What the program rightly takes for a matter of the bureau."""
UNIT = "产品质量和特种设备安全科"


def texts(sentences: Iterable[str] = ASKED) -> Iterator[str]:
    """Yield every sentence in every place."""
    for sentence in sentences:
        for place in PLACES:
            yield sentence.format(place)


def taught(sentences: Iterable[str] = ASKED, **labels: str) -> list[Teaching]:
    """Return the texts with what people said of each, the same of all."""
    found = [Teaching(text_key("", text), "", text, "message", labels) for text in texts(sentences)]
    return sorted(found, key=lambda one: one.key)
