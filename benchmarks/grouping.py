"""How fast articles are grouped into events while many events are live: `grouping.py`, on made-up headlines.

Prints items per second of processor time with 20,000 and with 200,000 live events, and what an item costs there
against here, each beside its floor. Every article differs; most are about a matter of their own.
"""

import gc
import random
import resource
import sys
import time
from datetime import UTC, datetime

from classifier.events import Index
from classifier.told import told

FEW, MANY = 20_000, 200_000
MEASURED, BATCH = 3_000, 250
FLOOR, TIMES = 3_000, 2.0
"""Items per second of processor time with FEW live events, and how much dearer one may be with MANY."""
NOW = datetime(2026, 11, 22, tzinfo=UTC)
SYLLABLES = (
    "安白北长城春大东方丰福高光广海和华江金晶康蓝丽林龙梅民明南宁平青清泉山盛石顺泰天万文西祥新星阳银永玉源云中竹"
)
THINGS = [
    "电梯",
    "燃气",
    "食堂",
    "面粉",
    "大米",
    "奶粉",
    "药店",
    "超市",
    "充值卡",
    "健身房",
    "电动车",
    "充电桩",
    "价格",
    "称重",
    "广告",
    "冰箱",
    "热水器",
    "保健品",
    "农药",
    "化肥",
    "口罩",
    "火锅",
    "外卖",
    "幼儿园",
]
HAPPENED = [
    "停运",
    "困人",
    "泄漏",
    "变质",
    "有虫",
    "缺斤短两",
    "虚假宣传",
    "拒绝退款",
    "关门跑路",
    "涨价",
    "起火",
    "漏水",
    "过期",
    "乱收费",
    "无证经营",
    "投诉无人理",
    "被责令整改",
    "已下架召回",
]
PLACES = ["小区", "商场", "学校", "市场", "医院", "车站", "工业园", "广场"]


def main() -> None:
    """Measure and print; exit status 1 if a floor is not met."""
    gc.disable()  # As the command does: the index holds no cycles.
    maker = random.Random(6)  # noqa: S311 the same headlines each time
    index = Index()
    costs = [_measure(index, maker, live) for live in (FEW, MANY)]
    rate, times = 1 / costs[0], costs[1] / costs[0]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"      归并：{MANY} 个在线话题时 {1 / costs[1]:.0f} 篇/处理器秒，内存 {memory:.1f} GB")
    met = [
        _show(f"归并，{FEW} 个在线话题，篇/处理器秒", rate, rate >= FLOOR, f"≥ {FLOOR}"),
        _show(f"归并，{MANY} 与 {FEW} 个在线话题时每篇耗时之比", times, times <= TIMES, f"≤ {TIMES}"),
    ]
    sys.exit(0 if all(met) else 1)


def _measure(index: Index, maker: random.Random, live: int) -> float:
    """Fill the index up to `live` events and return the processor seconds one more article costs then."""
    number = len(index) * 10
    while len(index) < live:
        number += 1
        index.add(f"{live}-{number}", NOW, *_article(maker), "news")
    articles = [(*_article(maker), "news") for _ in range(MEASURED)]
    began = time.process_time()
    for begin in range(0, MEASURED, BATCH):
        for count, article in enumerate(told(articles[begin : begin + BATCH]), begin):
            index.add_told(f"{live}+{count}", NOW, article)
    return (time.process_time() - began) / MEASURED


def _article(maker: random.Random) -> tuple[str, str]:
    """Return a headline and a sentence about one of a great many places."""
    place = "".join(maker.choices(SYLLABLES, k=3)) + maker.choice(PLACES)
    thing, happened, later = maker.choice(THINGS), maker.choice(HAPPENED), maker.choice(HAPPENED)
    who = "".join(maker.choices(SYLLABLES, k=2))
    day = maker.randrange(1, 29)
    title = f"{place}{thing}{happened}"
    return title, f"{day}日，{who}女士反映{place}的{thing}{happened}，工作人员称{thing}{later}一事正在核实。"


def _show(name: str, value: float, met: bool, floor: str) -> bool:
    print(f"{'达到' if met else '未达'}  {name}：{value:.2f}（{floor}）", flush=True)
    return met


if __name__ == "__main__":
    main()
