"""The model card: what was learned from, how well it does on texts it has not seen, and where it is known to fail."""

from collections import Counter
from collections.abc import Mapping, Sequence

from classifier.train_data import HELD_OUT, Example
from classifier.train_measure import Bin, Figure

QUESTIONS = {
    "sentiment": "情感（负面、中性、正面）",
    "topic": "一级分类",
    "rumour": "谣言文风（只作“疑似”）",
    "intent": "来意（只用于群众来件）",
    "matter": "事类（机构模板据此定相关度和科室）",
    "emergency": "是否正在发生突发事件",
}
FAILINGS = """## 已知的不足
- **换了领域就差。** 情感头学的是微博和财经短讯；群众来件和普通新闻它没有学过，
  所以在那里只作旁证，以词表和来意为主。点评、购物类文字没有用来训练，用在那里会差很多。
- **表情符号会泄题。** 一部分微博的情感标签很可能与文末的 `[心]`、`[怒]` 有关。
  带表情的文字都另存一份去掉表情的一起训练，上表分别列出带与不带表情的结果；只有表情、没有文字的微博仍不可信。
- **谣言头只看文风。** 它学的是“像不像”，分不出真假：口气夸张的真消息会得高分，口气平实的假消息会得低分。
  任何界面只许写“疑似”。
- **弱标签。** 来意来自标题里的触发词（训练时去掉了标题）；八个没有标注数据的一级分类、全部事类来自种子词
  （`classifier/lexicon/matters.toml`、`topic.toml`），相应的数字只说明“学到了种子词的说法”，不是真实正确率。
- **突发事件头偏新闻腔。** 正例多是新闻报道；目击者三言两语的说法主要靠词表和规则，头只占很小的分量，
  对短的来件和帖子更小。否定、演练、影视、旧案、境外这些硬规则不受头的影响。
- 分词版与原文版是同一批来件；测量时，与留出文字很像的训练文字不用，否则数字会虚高。
"""


def card(found: Mapping[str, Sequence[Example]], figures: Sequence[Figure], bins: Sequence[Bin], size: int) -> str:
    """Return the card as Markdown; `size` is that of all parameter files in bytes."""
    return "\n".join(
        [
            "# 模型卡：研判用的线性头",
            "",
            "由 `huiying train --data 文件夹` 生成，不要手改。一个散列的一至三字组特征，多个线性头（多类逻辑回归），",
            f"int8 参数，共 {size / 2**20:.1f} MB，内存映射，不用 pickle。运行时只需 numpy；",
            "训练另需 scikit-learn（`pip install 'huiying[train]'`）。",
            "固定顺序、单线程，同样的数据在同样的机器和版本上得到逐字节相同的参数。",
            "",
            *_data(found),
            *_figures(figures),
            *_calibration(bins),
            FAILINGS,
        ]
    )


def _data(found: Mapping[str, Sequence[Example]]) -> list[str]:
    lines = [
        "## 数据与划分",
        "每条文字按归一化后的散列去重（同一文字出现在几个集里只算一次）并划分：",
        f"散列除以 {HELD_OUT} 余 0 的留出，只用来测量。",
        "下面的数字来自只用其余文字训练的一套参数；随后用全部文字再训练一次，随程序发布的是后一套。",
        "验收用的 judge、alarm 集从不参与训练。",
        "",
        "| 问题 | 数据集 | 条数 | 其中留出 |",
        "|---|---|---|---|",
    ]
    for name, rows in found.items():
        sizes, out = Counter(one.set for one in rows), Counter(one.set for one in rows if one.held_out)
        lines += [f"| {QUESTIONS[name]} | {set_} | {sizes[set_]} | {out[set_]} |" for set_ in sorted(sizes)]
    return [*lines, ""]


def _figures(figures: Sequence[Figure]) -> list[str]:
    return [
        "## 留出文字上的结果（宏平均 F1）",
        "| 问题 | 数据集 | 条数 | 宏平均 F1 |",
        "|---|---|---|---|",
        *(f"| {QUESTIONS[one.head]} | {one.set} | {one.texts} | {one.macro_f1:.3f} |" for one in figures),
        "",
    ]


def _calibration(bins: Sequence[Bin]) -> list[str]:
    return [
        "## 概率可信吗（校准）",
        "留出文字按最高一类的概率分档：概率的平均值应接近答对的比例。",
        "",
        "| 问题 | 概率 | 条数 | 平均概率 | 答对 |",
        "|---|---|---|---|---|",
        *(
            f"| {QUESTIONS[one.head]} | {one.low:.1f}–{one.high:.1f} | {one.texts} | {one.told:.2f} | {one.right:.2f} |"
            for one in bins
        ),
        "",
    ]
