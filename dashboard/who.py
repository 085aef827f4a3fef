"""Who is signed in, as the screens need it."""

from dataclasses import dataclass

DUTY = ("duty", "office")
"""Those who judge leads, record releases and keep the ledger."""
READERS = ("duty", "office", "leader")
"""Those who see every matter."""
EVERYONE = ("duty", "office", "leader", "section")
SETTERS = ("office", "system_admin", "security_admin")
"""Those who see what is set up; each changes what is theirs."""
ADMINS = ("system_admin", "security_admin", "audit_admin")
"""Administrators see that the service works, not what it is about."""


@dataclass(frozen=True, slots=True)
class Who:
    """One signed-in person. `csrf` is the token every form of this sign-in carries.

    `verified` is false between the password and the code, `must_change` true while the password has to be changed.
    """

    id: int
    name: str
    role: str
    unit_id: int | None
    csrf: str
    sign_in_id: int
    verified: bool = True
    must_change: bool = False

    @property
    def pending(self) -> str:
        """What this person has to do before anything else: enter the code, change the password, or nothing."""
        if not self.verified:
            return "code"
        return "password" if self.must_change else ""

    @property
    def decides(self) -> bool:
        """Whether this person may judge, record and close."""
        return self.role in DUTY

    @property
    def corrects(self) -> bool:
        """Whether this person may correct the system's verdict of what is shown."""
        return self.decides or self.role == "section"

    @property
    def reads_all(self) -> bool:
        """Whether this person sees the matters of every unit."""
        return self.role in READERS

    def sees_unit(self, unit_id: int | None) -> bool:
        """Return whether this person sees what is a unit's own: readers all, a section its own."""
        return self.reads_all or (self.role == "section" and unit_id is not None and self.unit_id == unit_id)

    @property
    def administers(self) -> bool:
        """Whether this person is one of the administrators."""
        return self.role in ADMINS

    @property
    def keeps_sources(self) -> bool:
        """Whether this person may add, change, stop and start sources."""
        return self.role in ("office", "system_admin")

    @property
    def brings_tables(self) -> bool:
        """Whether this person may import exports of tickets."""
        return self.role in ("duty", "office", "system_admin")

    @property
    def fetches(self) -> bool:
        """Whether this person may ask for a visit to a source at once."""
        return self.role in ("duty", "office", "system_admin")

    @property
    def sets_up(self) -> bool:
        """Whether this person sees units, people, posts and what else is set up."""
        return self.role in SETTERS

    @property
    def reads_journal(self) -> bool:
        """Whether this person sees the journal."""
        return self.role in ("security_admin", "audit_admin")

    def home(self) -> str:
        """Return the address of the first screen of this person."""
        own = {"system_admin": "/sources", "security_admin": "/settings/people", "audit_admin": "/journal"}
        if self.role in own:
            return own[self.role]
        return "/" if self.reads_all else "/cases"
