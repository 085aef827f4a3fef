"""All tables, one file per part of the line; importing this package knows them all."""

from store.tables.articles import Article, Correction, Judged, Learned, Rank, Reprint
from store.tables.cases import Case, Deadline, Lead, Release, Stage
from store.tables.events import Event
from store.tables.handling import (
    Approval,
    Assignment,
    Attachment,
    Bounce,
    Change,
    ReportBack,
    ReportTarget,
    Transfer,
    UpwardReport,
)
from store.tables.heat import Volume, Warning
from store.tables.journal import JournalEntry, JournalWords
from store.tables.notices import Allowance, Delivery, Digest, Inbound, Notice
from store.tables.office import (
    CalendarYear,
    Fact,
    Heartbeat,
    Lease,
    Number,
    OfficeLimit,
    Outlet,
    PeriodicDuty,
    Season,
)
from store.tables.opinion import Announcement, Consultation, Suggestion, SuggestionGroup, SurgeWarning, WarningArticle
from store.tables.people import DutyEntry, Handover, Person, PostHolder, Shift, SignIn, SignInFailure, Unit
from store.tables.seals import Seal, SealedText
from store.tables.sources import Ask, Evidence, Fetch, Source, Yield
from store.tables.watches import Watch, WatchHit, WatchSubscriber, WatchTell, WatchTrial

__all__ = [
    "Allowance",
    "Announcement",
    "Approval",
    "Article",
    "Ask",
    "Assignment",
    "Attachment",
    "Bounce",
    "CalendarYear",
    "Case",
    "Change",
    "Consultation",
    "Correction",
    "Deadline",
    "Delivery",
    "Digest",
    "DutyEntry",
    "Event",
    "Evidence",
    "Fact",
    "Fetch",
    "Handover",
    "Heartbeat",
    "Inbound",
    "JournalEntry",
    "JournalWords",
    "Judged",
    "Lead",
    "Learned",
    "Lease",
    "Notice",
    "Number",
    "OfficeLimit",
    "Outlet",
    "PeriodicDuty",
    "Person",
    "PostHolder",
    "Rank",
    "Release",
    "ReportBack",
    "ReportTarget",
    "Reprint",
    "Seal",
    "SealedText",
    "Season",
    "Shift",
    "SignIn",
    "SignInFailure",
    "Source",
    "Stage",
    "Suggestion",
    "SuggestionGroup",
    "SurgeWarning",
    "Transfer",
    "Unit",
    "UpwardReport",
    "Volume",
    "Warning",
    "WarningArticle",
    "Watch",
    "WatchHit",
    "WatchSubscriber",
    "WatchTell",
    "WatchTrial",
    "Yield",
]
