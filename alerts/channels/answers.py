"""What a provider's answer means: decided by the body, because HTTP 200 may carry a failure. Pure."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

SENT, RETRY, THROTTLED, PERMANENT = "sent", "retry", "throttled", "permanent"
ROBOT_SHUT = 600
"""Seconds for which a robot that was sent too much takes nothing. Source: WeCom and DingTalk, 20 messages a minute."""
GATEWAY_SHUT = 60
MOST_WORDS = 120


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of a message: sent, retry, throttled (for `wait` seconds) or permanent, and why in words."""

    kind: str
    words: str
    wait: int = 0


def judge(provider: str, status: int, body: bytes) -> Judgement:
    """Return what an answer of `wecom`, `dingtalk`, `feishu` or a `gateway` means.

    A missing or unreadable code never counts as sent. The provider's own text is kept masked: it may echo our keys.
    """
    said = _object(body)
    judged = _judged(provider, status, said)
    if judged.kind == SENT and not 200 <= status < 300:
        return Judgement(RETRY, f"HTTP {status}，不能算送出")
    return judged


def _judged(provider: str, status: int, said: Mapping[str, Any] | None) -> Judgement:
    if status == 429:
        return Judgement(THROTTLED, f"HTTP 429，发得太快{_text(said)}", _wait(provider, said))
    if status >= 500 or status == 408:
        return Judgement(RETRY, f"HTTP {status}，对方服务器出错{_text(said)}")
    if said is None:
        return _unreadable(provider, status)
    return _CODES[provider](status, said)


def _wecom(status: int, said: Mapping[str, Any]) -> Judgement:
    code = said.get("errcode")
    if _is_code(code) and code == 0 and said.get("invaliduser"):
        return Judgement(PERMANENT, "企业微信没有这个账号，或不在应用的可见范围内")
    return _by_code("wecom", said, code, throttled={45009, 45033, 45047}, retry={-1, 40014, 41001, 42001})


def _dingtalk(status: int, said: Mapping[str, Any]) -> Judgement:
    code = said.get("errcode")
    return _by_code("dingtalk", said, code, throttled={130101, 130102, 410100, 90030, 90018}, retry={-1})


def _feishu(status: int, said: Mapping[str, Any]) -> Judgement:
    # `code` stands above the old field: both may be there and contradict each other.
    code = said.get("code") if "code" in said else said.get("StatusCode")
    return _by_code("feishu", said, code, throttled={11232, 11233, 11247, 99991400}, retry={11221, 1500, -1})


def _gateway(status: int, said: Mapping[str, Any]) -> Judgement:
    """Judge an answer of the form {"code": 0} or {"ok": true}; a gateway may add `status` and `msg`."""
    if not 200 <= status < 300:
        return Judgement(PERMANENT, f"HTTP {status}{_text(said)}")
    code = said.get("code", said.get("errcode"))
    if code is None and isinstance(said.get("ok"), bool):
        code = 0 if said["ok"] else 1
    if code is None and said.get("status") in ("ok", "queued", "accepted", "sent"):
        code = 0
    return _by_code("gateway", said, code, throttled=set(), retry={-1})


_CODES: dict[str, Callable[[int, Mapping[str, Any]], Judgement]] = {
    "wecom": _wecom,
    "dingtalk": _dingtalk,
    "feishu": _feishu,
    "gateway": _gateway,
}


def _by_code(
    provider: str, said: Mapping[str, Any], code: object, *, throttled: set[int], retry: set[int]
) -> Judgement:
    if not _is_code(code):
        if "punish" in said or _TOO_FAST.search(_errmsg(said)):
            return Judgement(THROTTLED, f"发得太快，对方暂不接收{_text(said)}", _wait(provider, said))
        return Judgement(RETRY, f"回答里没有结果代码，不能算送出{_text(said)}")
    if code == 0:
        return Judgement(SENT, f"对方已收（{code}）")
    if code in throttled or _TOO_FAST.search(_errmsg(said)):
        return Judgement(THROTTLED, f"{code}：发得太快{_text(said)}", _wait(provider, said))
    if code in retry:
        return Judgement(RETRY, f"{code}：对方暂时不能处理{_text(said)}")
    return Judgement(PERMANENT, f"{code}：{_reason(said)}{_text(said)}")


def _reason(said: Mapping[str, Any]) -> str:
    """Return what is to be mended, where the text tells; codes alone are ambiguous (DingTalk 310000)."""
    text = _errmsg(said).lower()
    for words, pattern in _REASONS:
        if re.search(pattern, text):
            return words
    return "对方拒收"


_REASONS = (
    ("签名或时间不对，请核对密钥和本机时间", r"sign.*timestamp|timestamp.*sign"),
    ("本机时间与对方相差太大，请校准服务器时间", r"timestamp"),
    ("签名不对，请核对密钥", r"sign|签名"),
    ("缺少群机器人设置的关键词", r"key ?words?|关键词"),
    ("本机地址不在对方允许之列", r"\bip\b.*(not|allow|white)|not in whitelist"),
    ("地址里的密钥无效，或机器人已被移除", r"token|webhook url"),
    ("内容太长", r"max length|too long"),
)
_TOO_FAST = re.compile(
    r"too fast|freq\w* (?:out of )?limit|out of limit|over limit|rate limit|限流|频率|too many", re.I
)


def _unreadable(provider: str, status: int) -> Judgement:
    if 200 <= status < 300:
        return Judgement(RETRY, f"HTTP {status}，但回答看不懂，不能算送出")
    return Judgement(PERMANENT, f"HTTP {status}，地址不对或无权使用")


def _object(body: bytes) -> Mapping[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _is_code(code: object) -> bool:
    return isinstance(code, int) and not isinstance(code, bool)


def _wait(provider: str, said: Mapping[str, Any] | None) -> int:
    """Return the seconds the provider states, else 10 minutes for robots and one for gateways."""
    stated = (said or {}).get("wait")
    if isinstance(stated, int) and not isinstance(stated, bool) and 0 < stated <= 3600:
        return stated
    return GATEWAY_SHUT if provider == "gateway" else ROBOT_SHUT


def _errmsg(said: Mapping[str, Any]) -> str:
    texts = (said.get(name) for name in ("errmsg", "msg", "StatusMessage", "message"))
    return next((text for text in texts if isinstance(text, str)), "")


def _text(said: Mapping[str, Any] | None) -> str:
    """Return the provider's own text in brackets, masked."""
    text = masked(_errmsg(said or {}))
    return f"（{text}）" if text else ""


def masked(text: str) -> str:
    """Return a provider's text without addresses, keys and long marks, at most 120 characters of it."""
    text = re.sub(r"[a-z][a-z0-9+.-]*://\S*", "〔网址〕", " ".join(text.split()), flags=re.I)
    text = re.sub(r"((?:key|token|secret|sign|password)\s*[=:]\s*)\S+", r"\1***", text, flags=re.I)
    text = re.sub(r"\b(?=[\w-]*\d)[\w-]{8,}\b|\b[\w-]{20,}\b", "***", text, flags=re.ASCII)
    return text if len(text) <= MOST_WORDS else f"{text[: MOST_WORDS - 1]}…"
