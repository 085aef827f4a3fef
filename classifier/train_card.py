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
OWN = """## 本单位的改判
- **学什么。** `huiying train --corrections` 只用本单位数据库里的改判和研判：科室、态度、是否相关、
  是否突发。立项算对，非本单位事项算误报；同一段文字以人最后说的为准。手机号、身份证号先隐去，
  密封的事项从不参与。不需要上表的任何数据集，也不需要 scikit-learn。
- **学成什么。** 在随程序的参数之外另加几列（同样的字组特征，int8，约 5 MB，内存映射，不用 pickle），
  只加减答案的对数几率，随程序的参数不动；没有偏置项，往“什么都不加”收缩，
  并以自编例句（`classifier/lexicon/written.toml`）压住没有改判过的说法。科室直接按本单位的科室学，
  不经过事类。
- **怎么才采用。** 按文字散列四分之一留出、不参与学习；每一问至少 40 条、留出 8 条。留出的答对数变多，
  并且随程序的核对集（`classifier/lexicon/check.toml`，自编 155 条、四问）任何一问都不变差，这一问才采用；
  采用的合在一起再核对一次。前后数字都存下，见“设置—初判参数”。
- **界限。** 疑似Ⅰ、Ⅱ级突发事件是否开启时限不受学习影响；程序认为是突发事件的，学习最多把它降为线索；
  学到的东西不会自己开启时限。
- **不足。** 留出的和学习的是同一批人的判断，人判错了它也学错；改判太集中在一类说法上时，
  别的说法只有核对集看着。
- 同样的改判得到逐字节相同的参数；文件损坏、被改动或来自旧版程序，即退回随程序的参数，并列在自查结果里。
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
            OWN,
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
