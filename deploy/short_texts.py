"""The short texts of one matter exactly as they go out: handed to a provider on loopback, shown as it got them."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from sqlalchemy import select

from alerts import channels
from alerts.fresh import as_kept
from alerts.outgoing import mail_of
from store.channels import LABELS, PERSONAL, address_of
from store.db import reading
from store.settings import Settings
from store.tables import Notice

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from services.provider import TAKEN, provider

GOES_TO = {
    "wecom_app": "/?agentid=1",
    "sms": "/sms",
    "voice": "/voice",
    "wecom_robot": "/wecom",
    "dingtalk_robot": "/dingtalk?secret=SECRETFORTHISPICTURE",
    "feishu_robot": "/feishu?secret=SECRETFORTHISPICTURE",
    "webhook": "/push",
}
PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>短文</title><style>
body {{ margin: 0; padding: 24px; background: #f1f5f9; color: #1e293b; font: 14px/1.6 "PingFang SC", "Microsoft YaHei",
  "Noto Sans CJK SC", "WenQuanYi Micro Hei", sans-serif; }}
h1 {{ font-size: 20px; font-weight: 600; margin: 0 0 4px; }} p {{ margin: 0 0 16px; color: #475569; }}
dl {{ margin: 0; background: #fff; border: 1px solid #d5dde7; display: grid; grid-template-columns: 148px 1fr; }}
dt, dd {{ margin: 0; padding: 12px 16px; border-bottom: 1px solid #e2e8f0; }}
dt {{ color: #64748b; }} dt b {{ display: block; color: #0f172a; font-weight: 600; }} dd {{ font-size: 16px; }}
dt:last-of-type, dd:last-of-type {{ border-bottom: 0; }}
</style><h1>{title}</h1><p>邮件之外的渠道只发这一行：编号、等级、要求、时限、值班室电话，没有标题和内容。</p><dl>{rows}</dl></html>
"""


def page(settings: Settings) -> str:
    """Return a page with what each channel carries of the newest duty of a red matter."""
    rows = "".join(
        f"<dt><b>{escape(LABELS[channel])}</b>{escape(to)}</dt><dd>{escape(text)}</dd>"
        for channel, to, text in sent(settings)
    )
    return PAGE.format(title="同一事项在各渠道的短文", rows=rows)


def sent(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Yield (channel, to whom, text) as a provider got them, in the order in which the channels are tried."""
    with provider() as there, reading() as session:
        there.always = (200, {**TAKEN, "access_token": "t", "expires_in": 7200})
        asked = select(Notice).where(Notice.asks_ack, Notice.legal, Notice.short.contains(" 红色："))
        notice = session.scalars(asked.order_by(Notice.id.desc())).first()
        if notice is None:
            raise LookupError("no red matter was told")
        mail = mail_of(session, notice, as_kept(notice), settings, datetime.now(UTC))
        for channel, path in GOES_TO.items():
            to = address_of(notice.person, channel) or "demo"
            channels.named(channel)(there.url(path, "corp:secret"), replace(mail, to=to))
            yield channel, "发给本人" if channel in PERSONAL else "发到群", _text(there.asked[-1].said)


def _text(said: dict[str, Any]) -> str:
    """Return the text in what a provider was asked, wherever its format keeps it."""
    for name in ("text", "content"):
        found = said.get(name)
        if isinstance(found, dict):
            return _text(found)
        if isinstance(found, str):
            return found
    raise LookupError(f"no text among {sorted(said)}")
