"""通知推送: the short text to an address of the office's own, signed with HMAC-SHA256 over time and body."""

import hashlib
import hmac
import json

from alerts.channels import Mail, settle
from alerts.channels.answers import SENT, Judgement, judge
from alerts.channels.post import place, post


def send(url: str, mail: Mail) -> str:
    """Push the short text and return the answer in words. Raises Retry, Throttled or Refused.

    The secret is the password of `url`; the signature is over `timestamp.body`. Any 2xx without a body counts as taken.
    """
    found, stamp = place(url), str(int(mail.at.timestamp()))
    body = json.dumps(
        {"id": mail.reference, "at": mail.at.isoformat(), "text": mail.short}, ensure_ascii=False
    ).encode()
    headers = {"X-Huiying-Timestamp": stamp, "X-Huiying-Signature": signature(found.password, stamp, body)}
    answer = post(found.url, body, headers)
    if 200 <= answer.status < 300 and not answer.body.strip():
        return settle(Judgement(SENT, f"对方已收（HTTP {answer.status}）"))
    return settle(judge("gateway", answer.status, answer.body))


def signature(secret: str, stamp: str, body: bytes) -> str:
    """Return `sha256=` and the HMAC in hex of `timestamp.body`."""
    return f"sha256={hmac.new(secret.encode(), stamp.encode() + b'.' + body, hashlib.sha256).hexdigest()}"
