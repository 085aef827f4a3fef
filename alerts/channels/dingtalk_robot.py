"""钉钉群机器人: the short text to a group, signed; off unless the office sets it."""

import base64
import hashlib
import hmac
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from alerts.channels import Mail, settle
from alerts.channels.answers import judge
from alerts.channels.post import post


def send(url: str, mail: Mail) -> str:
    """Hand the short text to the robot and return its answer in words. Raises Retry, Throttled or Refused."""
    body = {"msgtype": "text", "text": {"content": mail.short}}
    answer = post(signed(url, mail.at), body)
    return settle(judge("dingtalk", answer.status, answer.body))


def signed(url: str, at: datetime) -> str:
    """Return the address with timestamp (ms) and signature in place of its `secret`; unchanged without one."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    secret = query.pop("secret", "")
    if secret:
        stamp = str(int(at.timestamp() * 1000))
        mark = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
        query |= {"timestamp": stamp, "sign": base64.b64encode(mark).decode()}
    return urlunsplit(parts._replace(query=urlencode(query)))
