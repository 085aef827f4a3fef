"""An office with its people and a browserless client for every role, on both databases."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from dashboard import create_app
from domain.codes import code_at, step_at
from store import office, sealing, secrets
from store.db import transaction
from store.settings import Settings
from store.tables import Person, Unit

SECRET = b"a secret of 20 bytes"
"""Second factor of every administrator."""
PASSWORD = "correct horse battery"
T0 = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
"""A Friday, 9:30 in Beijing."""
ROLES = ("duty", "office", "leader", "section", "system_admin", "security_admin", "audit_admin")


class Clock:
    """The present instant of the application, moved by tests."""

    def __init__(self) -> None:
        self.now = T0

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **length: float) -> datetime:
        """Move on and return the new instant."""
        self.now += timedelta(**length)
        return self.now


class Browser:
    """A client that keeps cookies and puts the token of its sign-in into every form."""

    def __init__(self, client: FlaskClient, clock: Clock) -> None:
        self.client, self.clock = client, clock
        self.csrf = ""

    def get(self, address: str, **more: object) -> TestResponse:
        """Open a page."""
        return self.client.get(address, **more)

    def text(self, address: str) -> str:
        """Return the page, which has to be there."""
        answer = self.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.text

    def post(self, address: str, /, **form: object) -> TestResponse:
        """Send a form."""
        return self.client.post(address, data={"csrf": self.csrf, **form})

    def sign_in(self, username: str, password: str = PASSWORD, **form: str) -> TestResponse:
        """Send the sign-in form, then the code where one is asked for; remember the token of the pages behind."""
        page = self.client.get("/login").text
        token = re.search(r'name="csrf" value="(\w+)"', page)
        assert token is not None
        fields = {"csrf": token[1], "username": username, "password": password, **form}
        answer = self.client.post("/login", data=fields)
        if answer.status_code == 302:
            self.look(answer.headers["Location"])
            if answer.headers["Location"].startswith("/code"):
                answer = self.enter_code(username)
        return answer

    def look(self, address: str) -> TestResponse:
        """Open a page and remember the token of its forms."""
        page = self.client.get(address, follow_redirects=True)
        found = re.search(r'name="csrf" value="(\w+)"', page.text)
        self.csrf = found[1] if found else ""
        return page

    def enter_code(self, username: str) -> TestResponse:
        """Send the next code of the second factor that was not used yet."""
        with transaction() as session:
            used = session.scalars(select(Person.totp_step).where(Person.username == username)).one()
        step = max(used + 1, step_at(self.clock.now) - 1)
        answer = self.post("/code", code=code_at(SECRET, step))
        if answer.status_code == 302:
            self.look(answer.headers["Location"])
        return answer


HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""A real hash of the password of all tests, cheap to check."""


@pytest.fixture
def clock() -> Clock:
    """The time of the application; starts on 2026-11-20 at 9:30 Beijing time."""
    return Clock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a mail server, so that the board has nothing to complain of."""
    return Settings.from_env({"HUIYING_DATA_DIR": str(tmp_path), "SMTP_URL": "smtp://127.0.0.1:2525"})


@pytest.fixture
def app(database: str, settings: Settings, clock: Clock) -> Flask:
    """The application over a fresh office: two units, one person a role, the clock process alive.

    The administrators have their second factor.
    """
    with transaction() as session:
        office.set_fact(session, "name", "清源市市场监督管理局")
        office.beat(session, "clock", clock.now)
        units = [Unit(name=name, rank=rank) for rank, name in enumerate(("食品安全科", "特种设备科"))]
        session.add_all(units)
        session.flush()
        for role in ROLES:
            unit = units[0].id if role == "section" else None
            person = Person(
                name=f"{role}员",
                username=role,
                role=role,
                email=f"{role}@demo.invalid",
                unit_id=unit,
                password_hash=HASH,
            )
            session.add(person)
            session.flush()
            if role.endswith("_admin"):
                person.totp_secret = seal_code(settings, person.id)
    made = create_app(settings)
    made.config.update(TESTING=True, NOW=clock, STARTED=clock.now)
    made.config["PROPAGATE_EXCEPTIONS"] = False
    return made


def seal_code(settings: Settings, person_id: int) -> str:
    """Return the second factor of all tests as it is kept for a person."""
    return sealing.seal(secrets.key(settings.secret_file, "second-factor"), SECRET, f"person-{person_id}")


@pytest.fixture
def browser(app: Flask, clock: Clock) -> Callable[[], Browser]:
    """Makes a browser with no cookies."""
    return lambda: Browser(app.test_client(), clock)


@pytest.fixture
def signed_in(browser: Callable[[], Browser]) -> Callable[[str], Browser]:
    """Makes a browser that is signed in with a role."""

    def make(role: str) -> Browser:
        found = browser()
        assert found.sign_in(role).status_code == 302
        return found

    return make


@pytest.fixture
def duty(signed_in: Callable[[str], Browser]) -> Browser:
    """The duty officer's browser."""
    return signed_in("duty")
