"""All tables, one file per part of the line; importing this package knows them all."""

from store.tables.articles import Article, Judged
from store.tables.cases import Case, Deadline, Lead, Release, Stage
from store.tables.events import Event
from store.tables.journal import JournalEntry
from store.tables.notices import Delivery, Digest, Notice
from store.tables.office import Fact, Heartbeat, Lease, Number
from store.tables.people import Person, PostHolder, Shift, SignIn, SignInFailure, Unit
from store.tables.sources import Fetch, Source

__all__ = [
    "Article",
    "Case",
    "Deadline",
    "Delivery",
    "Digest",
    "Event",
    "Fact",
    "Fetch",
    "Heartbeat",
    "JournalEntry",
    "Judged",
    "Lead",
    "Lease",
    "Notice",
    "Number",
    "Person",
    "PostHolder",
    "Release",
    "Shift",
    "SignIn",
    "SignInFailure",
    "Source",
    "Stage",
    "Unit",
]
