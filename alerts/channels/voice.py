"""语音电话: a gateway calls and reads the short text; what was pressed comes back to the address `callback`."""

from alerts.channels import Mail, settle
from alerts.channels.answers import judge
from alerts.channels.post import place, post


def send(url: str, mail: Mail) -> str:
    """Ask the gateway to call and return its answer in words: the call is queued, nobody has heard it yet.

    Raises Retry, Throttled or Refused. `id` stays the same when it is tried again.
    """
    found = place(url)
    body = {"to": mail.to, "text": f"{mail.short}。签收请按1。", "id": mail.reference, "callback": mail.callback}
    auth = (found.user, found.password) if found.user else None
    answer = post(found.url, body, auth=auth)
    return settle(judge("gateway", answer.status, answer.body))
