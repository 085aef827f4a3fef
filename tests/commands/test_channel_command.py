"""`huiying channel` and what the doctor says of channels, in this process, with a provider that really answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from services.provider import Provider, provider

from huiying import doctor
from huiying.commands.channel import command
from store import db
from store.db import transaction
from store.settings import Settings
from store.tables import Person


@pytest.fixture
def other() -> Iterator[Provider]:
    """A gateway of text messages."""
    with provider() as made:
        yield made


@pytest.fixture
def env(sqlite_url: str, tmp_path: Path, other: Provider) -> Iterator[dict[str, str]]:
    """The environment of an office with text messages and two people."""
    db.connect(sqlite_url)
    with transaction() as session:
        session.add(Person(name="值班员A", username="zhiban-a", phone="13900000000", email="a@qingyuan.example"))
        session.add(Person(name="值班员B"))
    yield {"HUIYING_DATA_DIR": str(tmp_path), "DATABASE_URL": sqlite_url, "SMS_URL": other.url("/sms", "u:geheim")}
    db.disconnect()


def run(env: dict[str, str], *words: str) -> Result:
    return CliRunner(env={"SMTP_URL": None, **env}).invoke(command, words)


def test_the_list_shows_every_channel_and_no_secret(env: dict[str, str]) -> None:
    done = run(env, "list")
    assert done.exit_code == 0, done.output
    rows = {line.split("\t")[0]: line for line in done.output.splitlines()}
    assert list(rows)[:4] == ["email", "wecom_app", "sms", "voice"]
    assert "已设" in rows["sms"]
    assert "未设" in rows["email"]
    assert "余量 10" in rows["wecom_robot"]
    assert "geheim" not in done.output


def test_a_test_waits_for_the_outcome_and_shows_the_proof(env: dict[str, str], other: Provider) -> None:
    done = run(env, "test", "sms", "--to", "zhiban-a")
    assert (done.exit_code, "sms：已送出" in done.output) == (0, True), done.output
    assert other.asked[0].said["to"] == "13900000000"
    assert "上次成功" in run(env, "list").output


def test_a_test_that_fails_says_so_and_ends_with_1(env: dict[str, str], other: Provider) -> None:
    other.then((200, {"code": 7, "msg": "余额不足"}))
    done = run(env, "test", "sms", "--to", "值班员A")
    assert done.exit_code == 1
    assert "没有送出" in done.output
    assert "余额不足" in done.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("sms", "--to", "值班员B"), "没有登记短信"),
        (("voice", "--to", "值班员A"), "还没有设置"),
        (("fax", "--to", "值班员A"), "没有这个通知渠道"),
        (("sms", "--to", "无此人"), "没有叫 无此人 的人"),
    ],
)
def test_what_cannot_be_tested_is_said_in_words(
    words: tuple[str, ...], said: str, env: dict[str, str], other: Provider
) -> None:
    done = run(env, "test", *words)
    assert done.exit_code == 1
    assert said in done.output
    assert other.asked == []


def test_the_doctor_is_content_with_any_channel(env: dict[str, str]) -> None:
    found = [one for one in doctor.findings(Settings.from_env(env)) if "渠道" in one.words]
    assert [(one.ok, one.red) for one in found] == [(True, False)]
    assert "短信" in found[0].words
    none = [one for one in doctor.findings(Settings.from_env({**env, "SMS_URL": ""})) if "渠道" in one.words]
    assert [(one.ok, one.red) for one in none] == [(False, True)]


def test_mail_that_is_down_beside_another_channel_is_no_reason_to_stop(env: dict[str, str]) -> None:
    found = doctor.findings(Settings.from_env({**env, "SMTP_URL": "smtp://127.0.0.1:9"}))
    [mail] = [one for one in found if "发信服务器" in one.words]
    assert (mail.ok, mail.red) == (False, False)
    assert "另有短信" in mail.words


def test_the_doctor_says_whose_mail_carries_the_short_text_alone(env: dict[str, str]) -> None:
    (Path(env["HUIYING_DATA_DIR"]) / "org.toml").write_text("", encoding="utf8")
    for domains, fine in (("qingyuan.example", True), ("elsewhere.example", False)):
        found = doctor.findings(Settings.from_env({**env, "HUIYING_FULL_TEXT_DOMAINS": domains}))
        [mail] = [one for one in found if "域名" in one.words]
        assert (mail.ok, mail.red) == (fine, False)
