"""The test services themselves: they are real, fresh for each test, and do what they are told."""

import smtplib
from email.message import EmailMessage

import psycopg
import pytest
from redis import Redis
from redis.exceptions import RedisError
from services.postgres import PostgresServer
from services.smtp import DROP, HANG, KEEP_AND_DROP, MailServer
from sqlalchemy import inspect, text

from store.db import make_engine, transaction


def test_each_test_has_a_fresh_database_with_tables(database_url: str) -> None:
    engine = make_engine(database_url)
    names = inspect(engine).get_table_names()
    assert "alembic_version" in names
    assert len(names) > 5
    with engine.begin() as connection:
        assert "left_by_a_test" not in names
        connection.execute(text("CREATE TABLE left_by_a_test (id INTEGER)"))
    engine.dispose()


def test_the_next_test_sees_nothing_of_the_last(database_url: str) -> None:
    engine = make_engine(database_url)
    assert "left_by_a_test" not in inspect(engine).get_table_names()
    engine.dispose()


def test_the_process_writes_to_it(database: str) -> None:
    with transaction() as session:
        assert session.scalar(text("SELECT 1")) == 1


def test_dropped_databases_are_gone(postgres: PostgresServer) -> None:
    name = postgres.make()
    with psycopg.connect(postgres.address(name).replace("+psycopg", "")) as connection:
        assert connection.execute("SHOW fsync").fetchone() in {("off",), ("on",)}
    postgres.drop(name)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(postgres.address(name).replace("+psycopg", ""))


def test_redis_is_real_and_needs_its_password(redis_url: str) -> None:
    with Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("appendonly") == {"appendonly": "yes"}
    stranger = redis_url.partition("@")[2]
    with Redis.from_url(f"redis://{stranger}") as client, pytest.raises(RedisError, match="uthenticat"):
        client.ping()


def _send(mailbox: MailServer, to: str = "duty@example.test", patience: float = 10) -> dict[str, tuple[int, bytes]]:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "huiying@example.test", to, "值班提醒"
    mail.set_content("请处理。")
    host, _, port = mailbox.url.removeprefix("smtp://").partition(":")
    with smtplib.SMTP(host, int(port), timeout=patience) as client:
        return client.send_message(mail)


def test_mail_is_accepted_and_kept(mailbox: MailServer) -> None:
    _send(mailbox)
    (mail,) = mailbox.to("duty@example.test")
    assert mail.message["Subject"] == "值班提醒"
    assert mail.sender == "huiying@example.test"


@pytest.mark.parametrize(
    ("step", "error", "kept"),
    [
        ("451 try later", smtplib.SMTPDataError, 0),
        ("554 never", smtplib.SMTPDataError, 0),
        (DROP, smtplib.SMTPServerDisconnected, 0),
        (KEEP_AND_DROP, smtplib.SMTPServerDisconnected, 1),
        (HANG, smtplib.SMTPServerDisconnected, 0),
    ],
)
def test_mail_server_does_as_planned_once(mailbox: MailServer, step: str, error: type[Exception], kept: int) -> None:
    mailbox.then(step)
    with pytest.raises(error):
        _send(mailbox, patience=2 if step == HANG else 10)
    assert len(mailbox.mails) == kept
    _send(mailbox)
    assert len(mailbox.mails) == kept + 1
    assert mailbox.asked == 2


def test_one_recipient_can_be_refused(mailbox: MailServer) -> None:
    mailbox.refuse("gone@example.test")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        _send(mailbox, "gone@example.test")
    _send(mailbox)
    assert len(mailbox.mails) == 1
