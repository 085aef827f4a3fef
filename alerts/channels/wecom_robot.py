"""企业微信群机器人: the short text to a group."""

from alerts.channels import Mail, settle
from alerts.channels.answers import judge
from alerts.channels.post import post


def send(url: str, mail: Mail) -> str:
    """Hand the short text to the robot and return its answer in words. Raises Retry, Throttled or Refused."""
    answer = post(url, {"msgtype": "text", "text": {"content": mail.short}})
    return settle(judge("wecom", answer.status, answer.body))
