"""An office with its people, and the settings that lead to the test's mail server."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alerts_office import put_office
from services.smtp import MailServer

from store.settings import Settings


@pytest.fixture
def t0() -> datetime:
    """A Wednesday afternoon in Beijing, 14:00."""
    return datetime(2026, 6, 10, 6, 0, tzinfo=UTC)


@pytest.fixture
def minutes(t0: datetime) -> Callable[[float], datetime]:
    """Gives the instant so many minutes after t0."""
    return lambda count: t0 + timedelta(minutes=count)


@pytest.fixture
def office(database: str) -> dict[str, int]:
    """A small bureau in which every post is held; gives person ids by post."""
    return put_office()


@pytest.fixture
def settings(tmp_path: Path, database_url: str, mailbox: MailServer) -> Settings:
    """Settings with the test's mail server and database."""
    env = {
        "HUIYING_DATA_DIR": str(tmp_path),
        "HUIYING_BASE_URL": "https://yq.qingyuan.example",
        "HUIYING_MAIL_FROM": "zhiban@qingyuan.example",
        "DATABASE_URL": database_url,
        "SMTP_URL": mailbox.url,
    }
    return Settings.from_env(env)
