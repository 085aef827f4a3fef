"""How many are dead, hurt, ill, trapped or missing, as the text tells it; and how many at least where it only hints."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from classifier.leads import finder, matches
from classifier.numerals import NUMERAL, Amount, amount
from classifier.reading import Reading

_HARM = re.compile(
    "(?P<dead>死亡|遇难|身亡|丧生|罹难|不治|没气|断气|没救|溺亡|殒命|毙命|抢救无效|盖着白布|没了呼吸|没有?了?心跳|死(?![角活心])|亡)"
    "|(?P<hurt>受伤|重伤|轻伤|烫|烧伤|骨折|满脸|满头|是血|流血|燎|被夹|被卷|被压|被砸|被甩|甩出|甩了|飞出|飞了|砸在|夹住|卷进|叠在|磕|摔下|崴|担架|伤)"
    "|(?P<care>送医|送院|入院|住院|住进|就诊|就医|送往|送到|送进|送去|送治|送走|抬走|接走|救治|治疗|拉走|急诊|挂水|输液|留观|观察|进医院|进了医院|去医院|到医院|上医院|医院)"
    "|(?P<ill>中毒|呕吐|腹泻|腹痛|拉|吐|发病|患病|不适|不舒服|头晕|头昏|头痛|发烧|发热|烧到|高烧|抽|昏|晕|失明|眼睛|血尿|尿血|烂|肿|心慌"
    "|舌|嘴|麻|症状|反应|过敏|病例|感染|恶心|难受|倒下|放倒|厕所|茅|捂|肚子|起疹|水痘|病危|抢救|icu|重症|站不|病倒|发紫|趴|嗜睡|叫不|闹肚|虚脱|吃坏|喝坏|医务室|校医)"
    "|(?P<trapped>被困|困|挂在|悬|滞留|关在|吊着|吊在|卡在|卡住|停在半)"
    "|(?P<crowd>堵|围住|围了|聚集|横幅|讨说法|维权|闹事)"
    "|(?P<missing>失踪|失联|下落不明|落水|遇险|被埋|掩埋|冲走|找不到)"
)
_PEOPLE = finder(
    rf"(?P<part>其中|包括|含)?(?:有|的)?(?P<n>{NUMERAL})(?P<more>[余多来])?"
    r"(?:余?(?:[名位例口员]|(?:来|多)?号(?=[人会员学])|[个人](?!小时|多?月|星期|班|年级|半|别|火头|省|市|县|区|镇|村|多小|工智|民币|家|点|楼|字|工作|口|大))|(?<=[俩仨]))"
)
_DEAD_HURT = re.compile(rf"(?P<dead>{NUMERAL})[人名]?死(?P<hurt>{NUMERAL})[人名]?伤")
_FAMILY = re.compile(
    r"一?家(?:老小)?(?P<n>[二两三四五六七八九十])口|(?P<two>老两口|夫妻俩|两夫妻|夫妻二人|夫妇|祖孙俩|母女俩|母子俩|父子俩|父女俩|姐妹俩|兄弟俩)"
)
_OTHERS = re.compile("消防|武警|医护|医生|民警|警察|救援|官兵|干部|专家|保安|执法|搜救|志愿|队员|警力|人员赶|责任人")
_NOBODY = re.compile(
    r"(?:无|没有|未造成|未致|未发生|暂无|并无|没)(?:人员?|造成|任何)*(?:受伤|伤亡|死亡|伤害|被困|人伤)|人都?没事|没伤[到着]?人|[还幸]好没人|无人员?伤"
)
_ONE = re.compile(
    r"我[爸妈爹娘弟妹哥姐儿女老岳公婆奶爷外]?|岳母|岳父|爷爷|奶奶|外婆|姥姥|老人|老太|老汉|老头|大爷|大妈|大哥|大姐|阿姨|男子|女子|男童|女童"
    r"|男孩|女孩|小孩|孩子|儿子|女儿|小伙|姑娘|少年|男生|女生|工人|司机|师傅|乘客|顾客|员工|店员|服务员|老板娘?|外卖员|快递员|就我一个|一个人|有人|他|她"
)
_COUNTED = re.compile("接龙|统计|已经|累计|登记|群里|拉走|抬走|送走|接走|报了|走了|送出去|躺着|倒下|一共|总共")
_SPARED = re.compile("无人|未|没有|没事|暂无|转移|撤离|疏散|参加|参演|演练")
_FULL_STOP = re.compile(r"[。；;！？!?\n]")
_STOP = re.compile(r"[，。；;！？!?\n:：]")


class _Told(NamedTuple):
    """One number in the text, what happened to those people, where it stands, and whether it is part of another."""

    what: str
    told: Amount
    at: int
    part: bool


@dataclass(frozen=True, slots=True)
class Casualties:
    """`count` as told (None: no number), `least` a lower bound for judging size, `dead`: a number of dead is told."""

    count: int | None
    least: int
    dead: bool
    span: tuple[int, int] | None = None


def casualties(reading: Reading) -> Casualties:
    """Return the people affected. A number that is a part of another (`其中2人`, dead among the ill) is not added."""
    told = list(_numbers(reading.text))
    exact = [one for one in told if one.told.exact is not None and one.what != "crowd"]
    count = _together(exact) if exact else _without_numbers(reading.text)
    least = max([one.told.least for one in told] + [count or 0])
    first = min((one.at for one in told), default=None)
    dead = any(one.what == "dead" and one.told.least for one in told)
    return Casualties(count, least, dead, None if first is None else (first, first + 2))


def _numbers(text: str) -> Iterator[_Told]:
    for match in _DEAD_HURT.finditer(text):
        yield _Told("dead", amount(match["dead"]), match.start(), False)
        yield _Told("hurt", amount(match["hurt"]), match.start(), False)
    for match in matches(_PEOPLE, text):
        what = _what(text, match)
        if what:
            yield _Told(what, amount(match["n"]), match.start(), bool(match["part"]))
    for match in _FAMILY.finditer(text):
        if _HARM.search(text, match.end(), match.end() + 40):
            size = amount(match["n"]) if match["n"] else Amount(2, 2)
            yield _Told("ill", size, match.start(), False)


def _what(text: str, match: re.Match[str]) -> str | None:
    """Return the kind of harm the number belongs to: what follows it in its clause, else what stands just before."""
    ahead = _clause_after(text, match.end())
    if _OTHERS.search(ahead[:10]):
        return None
    harm = _HARM.search(ahead)
    if harm:
        return harm.lastgroup
    behind = text[max(0, match.start() - 8) : match.start()]
    behind = _STOP.split(behind)[-1]
    found = [harm.lastgroup for harm in _HARM.finditer(behind)]
    if found:
        return found[-1]
    if _COUNTED.search(behind):
        return "ill"
    onward = _FULL_STOP.split(text[match.end() : match.end() + 30], maxsplit=1)[0]
    follows = _HARM.search(onward)
    return "trapped" if follows and not _OTHERS.search(onward) and not _SPARED.search(onward) else None


def _clause_after(text: str, at: int, reach: int = 20) -> str:
    return _STOP.split(text[at : at + reach], maxsplit=1)[0]


def _together(told: list[_Told]) -> int:
    """Return the total: the most told of each kind; dead, hurt and missing add up, the ill include those after them."""
    most: dict[str, tuple[int, int]] = {}
    for one in told:
        size = one.told.exact or 0
        if size > most.get(one.what, (-1, 0))[0] and not (one.part and most):
            most[one.what] = (size, one.at)
    apart = sum(most[what][0] for what in ("dead", "hurt", "missing") if what in most)
    groups = [most[what] for what in ("ill", "care", "trapped") if what in most]
    if not groups:
        return apart
    size, at = max(groups)
    only_dead = "dead" in most and "hurt" not in most and most["dead"][1] < at
    return apart + size if only_dead else max(apart, size)


def _without_numbers(text: str) -> int | None:
    """Return 0 where the text says nobody was hurt, 1 where one person is named with a harm, else None."""
    if _NOBODY.search(text):
        return 0
    for match in _ONE.finditer(text):
        if _HARM.search(_clause_after(text, match.end(), 18)):
            return 1
    return None
