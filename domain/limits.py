"""A limit as the office set it: one of its own, a shorter one, or one it does not follow. Pure; the rows are data."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from domain.regulations import Rule, rules

UNITS = {"minutes": "分钟", "hours": "小时", "workdays": "个工作日", "days": "日"}
PERIODS = {"week": "每周", "month": "每月", "year": "每年", "january": "次年1月31日前", "given": "见文件"}
LONGEST = {"minutes": 7 * 24 * 60, "hours": 365 * 24, "workdays": 250, "days": 366}
MET_BY = ("release", "conference", "reply")
BY_HAND = (
    *(
        "OTHER_RESPONSE",
        "MSG_REPLY",
        "HOTLINE",
        "SUPERIOR",
        "INTERP",
        "SITE_SUGGEST",
        "FOI_REPLY",
        "FOI_FIX",
        "FOI_3RD",
    ),
    *("PROACTIVE", "CRIME_DECIDE", "CRIME_TRANSFER"),
)
"""Duties a person may add to a matter, beside the office's own; the others start by themselves."""
OWN_SOURCE = "本单位设定"
_CODE = re.compile(r"[A-Z][A-Z0-9_]{2,19}")
_LEADING = re.compile(r"^\d+(?:小时|个工作日|分钟|日)")


def with_office(code: str, row: Mapping[str, Any] | None) -> Rule:
    """Return the rule in force: that of the regulations with what the office set, or the office's own.

    A title that begins with the number carries the office's number, and the source says who set it. ValueError names
    a code nobody knows.
    """
    legal = rules().get(code)
    if legal is not None:
        return _changed(legal, row) if row else legal
    if row is None:
        raise ValueError(f"没有时限规则 {code}")
    return Rule(code=code, **{"trigger": "本单位规定", "source": OWN_SOURCE, **row, "ours": True})


def _changed(legal: Rule, row: Mapping[str, Any]) -> Rule:
    """Return the rule of the regulations as the office set it. One it switched on has no legal number to name."""
    changed = replace(legal, **row)
    if changed.limit in (None, legal.limit):
        return changed
    words = f"{changed.limit}{UNITS[changed.unit]}"
    title = _LEADING.sub(words, legal.title)
    return replace(changed, title=title, source=f"{legal.source}；{OWN_SOURCE}为{words}")


def length_words(rule: Rule) -> str:
    """Return the length of a limit as people say it: `48小时`, `每年2次`, `见文件`, `不执行`."""
    if rule.off:
        return "不执行"
    if rule.limit is None:
        return PERIODS[rule.unit] + (f"{rule.times}次" if rule.times > 1 else "")
    return f"{rule.limit}{UNITS[rule.unit]}"


def unknown(code: str) -> Rule:
    """Return what stands for a rule that was taken away while old matters still name it."""
    return Rule(code=code, title=code, duty="办理", trigger="", unit="given", met_by="reply", source="", ours=True)


def lengthened(code: str, row: Mapping[str, Any]) -> bool:
    """Return whether the office gives itself longer than the regulation, which only settings of ours may be."""
    legal = rules().get(code)
    if legal is None or legal.ours or legal.limit is None:
        return False
    return int(row.get("limit", legal.limit)) > legal.limit


def settable(code: str) -> str:
    """Return what an office may do with a rule: own (its whole), off (leave it out), length, or nothing."""
    legal = rules().get(code)
    if legal is None:
        return "own"
    if legal.periodic:
        return "off"
    fixed = (legal.unit == "given" and not legal.ours) or (legal.limit is None and legal.unit != "given")
    return "" if fixed else "length"


def check(code: str, row: Mapping[str, Any], reason: str) -> None:
    """Raise ValueError, in the user's words, for what an office may not set.

    A legal limit may be shortened; to lengthen one, or to leave a periodic duty out, takes a reason.
    """
    legal = rules().get(code)
    if legal is None:
        _check_own(code, row)
    elif set(row) - {"limit", "unit", "off"}:
        raise ValueError(
            f"{code} 是规定里的时限，只能改长短：{'、'.join(sorted(set(row) - {'limit', 'unit', 'off'}))} 不能改"
        )
    elif row.get("off"):
        _check_off(legal)
    else:
        _check_length(legal, row)
    if (row.get("off") or lengthened(code, row)) and not reason.strip():
        raise ValueError("放宽规定的时限，或者不执行一项规定的工作，请写明理由")


def _check_own(code: str, row: Mapping[str, Any]) -> None:
    if not _CODE.fullmatch(code):
        raise ValueError(f"代号应为3到20个大写字母、数字或下划线，以字母开头；{code[:30]} 不是")
    missing = [words for key, words in (("title", "名称"), ("duty", "要做什么"), ("unit", "单位")) if not row.get(key)]
    if missing:
        raise ValueError(f"规定里没有 {code}：作为本单位自己的时限，还要写明{'、'.join(missing)}")
    if row.get("met_by") not in MET_BY:
        raise ValueError(f"办结方式应为 {'、'.join(MET_BY)} 之一")
    _check_number(row.get("limit"), str(row["unit"]))


def _check_off(legal: Rule) -> None:
    if not legal.periodic:
        raise ValueError(f"{legal.title}不是周期性工作，不能停用")


def _check_length(legal: Rule, row: Mapping[str, Any]) -> None:
    if legal.unit == "given" and not legal.ours:
        raise ValueError(f"{legal.title}写在办件单或交办文件上，不能统一设定")
    if legal.limit is None and legal.unit != "given":
        raise ValueError(f"{legal.title}按自然周期计算，不能改长短；不执行的可以停用")
    unit = str(row.get("unit", legal.unit))
    if legal.unit != "given" and unit != legal.unit:
        raise ValueError(f"{legal.title}按{UNITS[legal.unit]}计算，单位不能改")
    _check_number(row.get("limit"), unit)


def _check_number(limit: Any, unit: str) -> None:
    if unit not in UNITS:
        raise ValueError(f"单位应为 {'、'.join(UNITS)} 之一")
    if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= LONGEST[unit]:
        raise ValueError(f"长短应为1到{LONGEST[unit]}之间的整数（{UNITS[unit]}）")
