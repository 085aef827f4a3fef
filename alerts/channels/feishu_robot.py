"""飞书群机器人: the short text to a group, signed; off unless the office sets it."""

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from alerts.channels import Mail, settle
from alerts.channels.answers import judge
from alerts.channels.post import post


def send(url: str, mail: Mail) -> str:
    """Hand the short text to the robot and return its answer in words. Raises Retry, Throttled or Refused."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    body = {**_signature(query.pop("secret", ""), mail.at), "msg_type": "text", "content": {"text": mail.short}}
    answer = post(urlunsplit(parts._replace(query=urlencode(query))), body)
    return settle(judge("feishu", answer.status, answer.body))


def _signature(secret: str, at: datetime) -> dict[str, Any]:
    """Return timestamp (s) and signature: the key is timestamp and secret, the message is empty."""
    if not secret:
        return {}
    stamp = str(int(at.timestamp()))
    mark = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return {"timestamp": stamp, "sign": base64.b64encode(mark).decode()}
