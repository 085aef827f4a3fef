"""企业微信应用消息: the short text to one account, by a token that is fetched and kept for its lifetime."""

import json
import threading
import time
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from alerts.channels import Mail, Refused, Retry, settle
from alerts.channels.answers import SENT, judge
from alerts.channels.post import call, place, post

MARGIN = 300.0
"""Seconds before its end in which a token is not used any more."""
TOKEN_LIMIT = 4.0
"""Seconds for fetching a token, so that both requests together end before the notice is taken by another sender."""
STALE = (40014, 41001, 42001)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    until: float


_tokens: dict[str, _Token] = {}
_lock = threading.Lock()


def send(url: str, mail: Mail) -> str:
    """Hand the short text to the app and return its answer in words. Raises Retry, Throttled or Refused.

    `url` is https://企业ID:密钥@主机/?agentid=数字. The provider drops what it got twice within half an hour.
    """
    parts = urlsplit(place(url).url)
    agent = parse_qs(parts.query).get("agentid", [""])[0]
    if not agent.isdigit():
        raise Refused("WECOM_APP_URL 里缺少 agentid")
    said = {
        "touser": mail.to,
        "msgtype": "text",
        "agentid": int(agent),
        "text": {"content": mail.short},
        "enable_duplicate_check": 1,
        "duplicate_check_interval": 1800,
    }
    address = f"{parts.scheme}://{parts.netloc}/cgi-bin/message/send?access_token={_token(url)}"
    answer = post(address, said)
    _forget_stale(url, answer.body)
    return settle(judge("wecom", answer.status, answer.body))


def _token(url: str) -> str:
    """Return the token of an app, fetched where none is known or it is about to end."""
    with _lock:
        known = _tokens.get(url)
        if known is None or known.until < time.monotonic():
            known = _tokens[url] = _fetched(url)
        return known.text


def _fetched(url: str) -> _Token:
    found = place(url)
    parts = urlsplit(found.url)
    asked = {"corpid": found.user, "corpsecret": found.password}
    answer = call("GET", f"{parts.scheme}://{parts.netloc}/cgi-bin/gettoken", TOKEN_LIMIT, params=asked)
    judged = judge("wecom", answer.status, answer.body)
    if judged.kind != SENT:
        settle(judged)
    said = json.loads(answer.body)
    text, life = said.get("access_token"), said.get("expires_in", 0)
    if not isinstance(text, str) or not text:
        raise Retry("企业微信没有给出访问凭证")
    return _Token(text, time.monotonic() + max(float(life) - MARGIN, 0))


def _forget_stale(url: str, body: bytes) -> None:
    """Forget a token the provider does not know any more, so that the next attempt fetches a new one."""
    try:
        code = json.loads(body).get("errcode")
    except (ValueError, AttributeError):
        return
    if code in STALE:
        with _lock:
            _tokens.pop(url, None)
