"""Settings, frozen; the only reader of the environment. A wrong one stops the start, naming the variable."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


class SettingError(ValueError):
    """A setting is wrong; the text names the variable and says what is expected."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of the service. `described()` lists them for `huiying doctor`."""

    data_dir: Path
    bind: str
    base_url: str
    secret_file: Path
    database_url: str
    redis_url: str | None
    smtp_url: str | None
    mail_from: str
    reply_to: str
    imap_url: str | None
    full_text_domains: frozenset[str]
    wecom_robot_url: str | None
    wecom_app_url: str | None
    dingtalk_robot_url: str | None
    feishu_robot_url: str | None
    sms_url: str | None
    voice_url: str | None
    webhook_url: str | None
    heartbeat_url: str | None
    allow_private_hosts: frozenset[str]
    host_pause: float | None
    fetch_timeout: float
    threads: int

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Return the settings of the process environment (or of `env`). Raises SettingError."""
        env = os.environ if env is None else env
        data_dir = Path(env.get("HUIYING_DATA_DIR") or "var").absolute()
        bind = _bind(env.get("HUIYING_BIND") or "127.0.0.1:8000")
        mail_from = _mail("HUIYING_MAIL_FROM", env.get("HUIYING_MAIL_FROM") or "huiying@localhost")
        return cls(
            data_dir=data_dir,
            bind=bind,
            base_url=_url("HUIYING_BASE_URL", env.get("HUIYING_BASE_URL") or f"http://{bind}", "http", "https").rstrip(
                "/"
            ),
            secret_file=Path(env.get("HUIYING_SECRET_FILE") or data_dir / "secret").absolute(),
            database_url=_database(env.get("DATABASE_URL"), data_dir),
            redis_url=_optional_url("REDIS_URL", env.get("REDIS_URL"), "redis", "rediss", "unix"),
            smtp_url=_optional_url("SMTP_URL", env.get("SMTP_URL"), "smtp", "smtps", "smtp+starttls"),
            mail_from=mail_from,
            reply_to=_mail("HUIYING_REPLY_TO", env.get("HUIYING_REPLY_TO") or mail_from),
            imap_url=_optional_url("IMAP_URL", env.get("IMAP_URL"), "imap", "imaps"),
            full_text_domains=_domains(env.get("HUIYING_FULL_TEXT_DOMAINS") or ""),
            **{name: _optional_url(name.upper(), env.get(name.upper()), "http", "https") for name in _PROVIDERS},
            heartbeat_url=_optional_url("HUIYING_HEARTBEAT_URL", env.get("HUIYING_HEARTBEAT_URL"), "http", "https"),
            allow_private_hosts=_hosts(env.get("HUIYING_ALLOW_PRIVATE_HOSTS") or ""),
            host_pause=_number("HUIYING_HOST_PAUSE", env.get("HUIYING_HOST_PAUSE"), 0, 3600),
            fetch_timeout=_number("HUIYING_FETCH_TIMEOUT", env.get("HUIYING_FETCH_TIMEOUT"), 1, 300) or 30.0,
            threads=int(_number("HUIYING_WEB_THREADS", env.get("HUIYING_WEB_THREADS"), 2, 2000) or 32),
        )

    @property
    def host(self) -> str:
        """Host part of the address the web process binds."""
        return self.bind.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """Port the web process binds."""
        return int(self.bind.rpartition(":")[2])

    @property
    def org_file(self) -> Path:
        """The office's own copy of its bureau template."""
        return self.data_dir / "org.toml"

    @property
    def office_file(self) -> Path:
        """Marks a data folder: its name, whether it is a demo, the demo's ports."""
        return self.data_dir / "office.toml"

    def own_ports(self) -> frozenset[int]:
        """Return the ports of our own parts (web, Redis, database, mail): the crawler never dials them."""
        urls = (self.redis_url, self.smtp_url, self.imap_url, self.database_url)
        parts = [urlsplit(url) for url in urls if url and not url.startswith(("sqlite", "unix"))]
        return frozenset({self.port, *(part.port or _DEFAULT_PORTS[part.scheme] for part in parts)})

    def described(self) -> list[tuple[str, str, str]]:
        """Return (variable, value without secrets, what it is for) of every setting."""
        return [(name, _shown(getattr(self, field)), what) for name, field, what in _DESCRIPTIONS]


_PROVIDERS = (
    "wecom_robot_url",
    "wecom_app_url",
    "dingtalk_robot_url",
    "feishu_robot_url",
    "sms_url",
    "voice_url",
    "webhook_url",
)
"""Settings of the channels beside mail; the variable is the name in capitals."""
_DEFAULT_PORTS = {
    "redis": 6379,
    "rediss": 6379,
    "postgresql+psycopg": 5432,
    "smtp": 25,
    "smtps": 465,
    "smtp+starttls": 587,
    "imap": 143,
    "imaps": 993,
}
_DESCRIPTIONS = (
    ("HUIYING_DATA_DIR", "data_dir", "数据文件夹"),
    ("HUIYING_BIND", "bind", "网页监听地址"),
    ("HUIYING_BASE_URL", "base_url", "通知里写的网址"),
    ("HUIYING_SECRET_FILE", "secret_file", "密钥文件（权限 0600）"),
    ("DATABASE_URL", "database_url", "数据库；不设则用数据文件夹里的 SQLite"),
    ("REDIS_URL", "redis_url", "Redis；不设则自带一个"),
    ("SMTP_URL", "smtp_url", "发信服务器，如 smtp+starttls://用户:口令@mail.example:587"),
    ("HUIYING_MAIL_FROM", "mail_from", "发件人地址"),
    ("HUIYING_REPLY_TO", "reply_to", "回信地址：IMAP_URL 那个邮箱的地址；不设则为发件人地址"),
    ("IMAP_URL", "imap_url", "收回复的邮箱，如 imaps://用户:口令@mail.example:993/INBOX"),
    ("HUIYING_FULL_TEXT_DOMAINS", "full_text_domains", "可收全文的邮件域名，逗号分隔；不设则只有发件人自己的域名"),
    ("WECOM_ROBOT_URL", "wecom_robot_url", "企业微信群机器人的 Webhook 地址"),
    ("WECOM_APP_URL", "wecom_app_url", "企业微信应用，如 https://企业ID:密钥@qyapi.weixin.qq.com/?agentid=1000002"),
    ("DINGTALK_ROBOT_URL", "dingtalk_robot_url", "钉钉群机器人（默认不用）；加签密钥写在 secret 参数里"),
    ("FEISHU_ROBOT_URL", "feishu_robot_url", "飞书群机器人（默认不用）；加签密钥写在 secret 参数里"),
    ("SMS_URL", "sms_url", "短信网关，如 https://用户:密钥@sms.example/send"),
    ("VOICE_URL", "voice_url", "语音网关（朗读内容，按 1 签收），如 https://用户:密钥@voice.example/call"),
    ("WEBHOOK_URL", "webhook_url", "通知推送地址，密钥写在口令处，用于 HMAC 签名"),
    ("HUIYING_HEARTBEAT_URL", "heartbeat_url", "外部心跳地址：自查全部正常时才访问"),
    ("HUIYING_ALLOW_PRIVATE_HOSTS", "allow_private_hosts", "允许抓取的内网 地址:端口，逗号分隔"),
    ("HUIYING_HOST_PAUSE", "host_pause", "同一网站两次抓取的间隔秒数；不设为 1（登记的内网地址为 0）"),
    ("HUIYING_FETCH_TIMEOUT", "fetch_timeout", "一次抓取的总时限（秒）"),
    ("HUIYING_WEB_THREADS", "threads", "网页线程数"),
)


def _shown(value: object) -> str:
    if isinstance(value, frozenset):
        return "、".join(sorted(value)) or "（未设）"
    if value is None:
        return "（未设）"
    without_password = re.sub(r"(://[^:/?#@]*):[^/?#]*@", r"\1:***@", str(value))
    without_token = re.sub(r"(/hook/)[^/?#]+", r"\1***", without_password)
    return re.sub(r"([?&][^=&]*(?:pass|key|token|secret)[^=&]*)=[^&]*", r"\1=***", without_token)


def _bind(text: str) -> str:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise SettingError(f"HUIYING_BIND 应为 地址:端口，例如 127.0.0.1:8000；现在是 {text!r}")
    return text


def _url(name: str, text: str, *schemes: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in schemes and (parts.hostname or parts.scheme == "unix") and (parts.port or 1)
    except ValueError:
        usable = False
    if not usable:
        raise SettingError(f"{name} 应以 {' 或 '.join(s + '://' for s in schemes)} 开头，并写明主机；现在的值不能用")
    return text


def _optional_url(name: str, text: str | None, *schemes: str) -> str | None:
    return _url(name, text, *schemes) if text else None


def _database(text: str | None, data_dir: Path) -> str:
    """Return the SQLAlchemy address; the common postgres:// spelling is accepted."""
    if not text:
        return f"sqlite:///{data_dir / 'huiying.db'}"
    if text.startswith("sqlite:///"):
        return text
    _url("DATABASE_URL", text, "postgresql", "postgres", "postgresql+psycopg")
    return re.sub(r"^postgres(ql)?(\+psycopg)?://", "postgresql+psycopg://", text)


def _mail(name: str, text: str) -> str:
    if not re.fullmatch(r"[^@\s,;<>]+@[^@\s,;<>]+", text):
        raise SettingError(f"{name} 应为一个邮件地址；现在是 {text!r}")
    return text


def _hosts(text: str) -> frozenset[str]:
    hosts = frozenset(part.strip() for part in text.replace("，", ",").split(",") if part.strip())
    for host in hosts:
        if not re.fullmatch(r"\[?[0-9a-fA-F.:]+\]?:\d{1,5}", host):
            raise SettingError(
                f"HUIYING_ALLOW_PRIVATE_HOSTS 应为 地址:端口，逗号分隔，例如 127.0.0.1:8901；{host!r} 不是"
            )
    return hosts


def _domains(text: str) -> frozenset[str]:
    domains = frozenset(part.strip().lower() for part in text.replace("，", ",").split(",") if part.strip())
    for domain in domains:
        if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", domain):
            raise SettingError(f"HUIYING_FULL_TEXT_DOMAINS 应为域名，逗号分隔，例如 bureau.example；{domain!r} 不是")
    return domains


def _number(name: str, text: str | None, least: float, most: float) -> float | None:
    if text is None or text == "":
        return None
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not least <= value <= most:
        raise SettingError(f"{name} 应为 {least:g} 到 {most:g} 之间的数；现在是 {text!r}")
    return value
