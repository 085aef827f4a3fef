"""短信: the short text to a gateway as JSON with to, text and id; it answers {"code": 0}."""

from alerts.channels import Mail, settle
from alerts.channels.answers import judge
from alerts.channels.post import place, post


def send(url: str, mail: Mail) -> str:
    """Hand the short text to the gateway and return its answer in words. Raises Retry, Throttled or Refused.

    `id` stays the same when it is tried again, so that the gateway can leave out a duplicate.
    """
    found = place(url)
    body = {"to": mail.to, "text": mail.short, "id": mail.reference}
    auth = (found.user, found.password) if found.user else None
    answer = post(found.url, body, auth=auth)
    return settle(judge("gateway", answer.status, answer.body))
