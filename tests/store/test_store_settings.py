"""Settings: a wrong one is named with what is expected, no secret is ever shown."""

from pathlib import Path

import pytest

from store.settings import SettingError, Settings


def test_without_any_variable_everything_is_local():
    found = Settings.from_env({})
    assert found.data_dir == Path("var").absolute()
    assert found.database_url == f"sqlite:///{found.data_dir}/huiying.db"
    assert (found.host, found.port, found.base_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert found.secret_file == found.data_dir / "secret"
    assert (found.redis_url, found.smtp_url, found.host_pause) == (None, None, None)
    assert (found.fetch_timeout, found.threads, found.allow_private_hosts) == (30.0, 32, frozenset())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUIYING_BIND", "8000"),
        ("HUIYING_BIND", "127.0.0.1:"),
        ("HUIYING_BIND", "127.0.0.1:70000"),
        ("HUIYING_BIND", "127.0.0.1:0"),
        ("HUIYING_BIND", "127.0.0.1:²"),
        ("HUIYING_BASE_URL", "huiying.example"),
        ("HUIYING_BASE_URL", "ftp://huiying.example"),
        ("HUIYING_BASE_URL", "http://"),
        ("DATABASE_URL", "mysql://localhost/huiying"),
        ("DATABASE_URL", "huiying.db"),
        ("DATABASE_URL", "postgresql://user:secret@/huiying"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "redis://host:port"),
        ("SMTP_URL", "mail.example:25"),
        ("SMTP_URL", "https://mail.example"),
        ("HUIYING_MAIL_FROM", "huiying"),
        ("HUIYING_MAIL_FROM", "a@b, c@d"),
        ("IMAP_URL", "https://mail.example"),
        ("WECOM_ROBOT_URL", "qyapi.example/send?key=secret"),
        ("VOICE_URL", "ftp://gateway.example"),
        ("HUIYING_HEARTBEAT_URL", "ping.example"),
        ("HUIYING_FULL_TEXT_DOMAINS", "bureau"),
        ("HUIYING_FULL_TEXT_DOMAINS", "a@bureau.example"),
        ("HUIYING_ALLOW_PRIVATE_HOSTS", "intranet.example:80"),
        ("HUIYING_ALLOW_PRIVATE_HOSTS", "10.0.0.1"),
        ("HUIYING_HOST_PAUSE", "-1"),
        ("HUIYING_HOST_PAUSE", "nan"),
        ("HUIYING_FETCH_TIMEOUT", "soon"),
        ("HUIYING_FETCH_TIMEOUT", "0"),
        ("HUIYING_WEB_THREADS", "1"),
        ("HUIYING_WEB_THREADS", "many"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_its_name_and_what_is_expected(name, value):
    with pytest.raises(SettingError) as found:
        Settings.from_env({name: value})
    assert name in str(found.value)
    assert "应" in str(found.value)
    assert "secret" not in str(found.value)


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@db.example/huiying", "postgresql+psycopg://u:p@db.example/huiying"),
        ("postgresql://db.example:5433/huiying", "postgresql+psycopg://db.example:5433/huiying"),
        ("postgresql+psycopg://db.example/huiying", "postgresql+psycopg://db.example/huiying"),
        ("sqlite:////srv/huiying.db", "sqlite:////srv/huiying.db"),
    ],
)
def test_the_usual_spellings_of_a_database_are_understood(given, used):
    assert Settings.from_env({"DATABASE_URL": given}).database_url == used


def test_private_hosts_may_be_written_with_either_comma():
    found = Settings.from_env({"HUIYING_ALLOW_PRIVATE_HOSTS": "127.0.0.1:8901， 10.0.0.2:80,[::1]:81"})
    assert found.allow_private_hosts == {"127.0.0.1:8901", "10.0.0.2:80", "[::1]:81"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://huiying:hunter2@db.example/huiying"),
        ("DATABASE_URL", "postgresql://huiying:hunter2@hunter2@db.example/huiying"),
        ("DATABASE_URL", "postgresql://db.example/huiying?user=a&password=hunter2&sslmode=require"),
        ("REDIS_URL", "redis://:hunter2@redis.example:6380/0"),
        ("SMTP_URL", "smtp+starttls://duty%40office.example:hunter2@mail.example:587"),
        ("IMAP_URL", "imaps://duty:hunter2@mail.example/INBOX"),
        ("WECOM_ROBOT_URL", "https://qyapi.example/cgi-bin/webhook/send?key=hunter2"),
        ("WECOM_APP_URL", "https://corp:hunter2@qyapi.example/?agentid=1"),
        ("DINGTALK_ROBOT_URL", "https://oapi.example/robot/send?access_token=hunter2&secret=hunter2"),
        ("FEISHU_ROBOT_URL", "https://open.example/open-apis/bot/v2/hook/hunter2?secret=hunter2"),
        ("HUIYING_BASE_URL", "https://proxy:hunter2@huiying.example"),
    ],
)
def test_a_password_is_never_shown(name, value):
    shown = {row[0]: row[1] for row in Settings.from_env({name: value}).described()}
    assert "hunter2" not in " ".join(shown.values())
    assert "***" in shown[name]
    assert ".example" in shown[name]


def test_every_setting_is_described():
    found = Settings.from_env({}).described()
    assert {row[0] for row in found} >= {"HUIYING_DATA_DIR", "HUIYING_BIND", "DATABASE_URL", "REDIS_URL", "SMTP_URL"}
    assert len(found) == len(Settings.__dataclass_fields__)
    assert all(value and what for _, value, what in found)


@pytest.mark.parametrize(
    ("env", "ports"),
    [
        ({}, {8000}),
        ({"HUIYING_BIND": "0.0.0.0:9000"}, {9000}),
        ({"REDIS_URL": "redis://127.0.0.1:7001", "SMTP_URL": "smtp://127.0.0.1:2525"}, {8000, 7001, 2525}),
        # A port that is not written is still the part's own.
        ({"REDIS_URL": "redis://127.0.0.1", "DATABASE_URL": "postgres://127.0.0.1/h"}, {8000, 6379, 5432}),
        ({"SMTP_URL": "smtp+starttls://127.0.0.1"}, {8000, 587}),
        ({"IMAP_URL": "imaps://127.0.0.1"}, {8000, 993}),
        ({"REDIS_URL": "unix:///run/redis.sock"}, {8000}),
    ],
)
def test_the_services_own_ports_are_known(env, ports):
    assert Settings.from_env(env).own_ports() == ports


def test_an_ipv6_address_is_bound():
    found = Settings.from_env({"HUIYING_BIND": "[::1]:8000"})
    assert (found.host, found.port, found.base_url) == ("::1", 8000, "http://[::1]:8000")
