"""SHOW: the screens of the duty room, rendered on the server."""

from datetime import UTC, datetime

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

from dashboard import errors, headers, words
from dashboard.api import api
from dashboard.articles import articles
from dashboard.articles.correcting import correcting
from dashboard.articles.original import original
from dashboard.auth import auth, guard
from dashboard.auth.account import account
from dashboard.auth.code import code
from dashboard.board import board
from dashboard.calendar import calendar
from dashboard.calls import calls
from dashboard.cases import cases
from dashboard.cases.acts import acts
from dashboard.cases.assign import assign
from dashboard.cases.originals import originals
from dashboard.cases.regrade import regrade
from dashboard.channels import channels
from dashboard.consultations import consultations
from dashboard.consultations.adding import suggestions
from dashboard.consultations.groups import suggestion_group
from dashboard.consultations.result import consultation_result
from dashboard.digests import digests
from dashboard.dutylog import dutylog
from dashboard.dutylog.export import export
from dashboard.events import events
from dashboard.handovers import handovers
from dashboard.health import health
from dashboard.inbound import inbound
from dashboard.journal import journal
from dashboard.leads import leads
from dashboard.leads.entry import entry
from dashboard.learned import learned
from dashboard.letter_counts import letter_counts
from dashboard.limits import limits
from dashboard.notices import notices
from dashboard.outlets import outlets
from dashboard.pages import static_address
from dashboard.periodic import periodic
from dashboard.quality import quality
from dashboard.regroup import regroup
from dashboard.reprints import reprints
from dashboard.rota import rota
from dashboard.rules import rules
from dashboard.seals import seals
from dashboard.seasons import seasons
from dashboard.settings import settings as settings_screens
from dashboard.sources import sources
from dashboard.sources.access import access
from dashboard.sources.adding import adding
from dashboard.sources.editing import editing
from dashboard.sources.importing import importing
from dashboard.upward import upward
from dashboard.warnings import warnings
from dashboard.warnings.analysis import complaint_analysis
from dashboard.watches import watches
from dashboard.watches.editing import watch_editing
from dashboard.watches.importing import watch_importing
from dashboard.watches.wording import watch_wording
from store.secrets import key
from store.settings import Settings

SCREENS = (
    auth,
    code,
    account,
    board,
    cases,
    limits,
    assign,
    acts,
    regrade,
    originals,
    upward,
    leads,
    entry,
    articles,
    correcting,
    original,
    events,
    regroup,
    watches,
    watch_editing,
    watch_wording,
    watch_importing,
    sources,
    adding,
    editing,
    access,
    importing,
    digests,
    quality,
    consultations,
    suggestions,
    suggestion_group,
    consultation_result,
    warnings,
    complaint_analysis,
    periodic,
    reprints,
    notices,
    calls,
    inbound,
    seals,
    letter_counts,
    rota,
    dutylog,
    export,
    handovers,
    channels,
    settings_screens,
    outlets,
    rules,
    learned,
    calendar,
    seasons,
    journal,
    health,
    api,
)
LARGEST_FORM = 256 * 1024


class RowNumber(IntegerConverter):
    """A number in an address that a row can have; any other is an unknown address."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=2**31 - 1)


def create_app(settings: Settings) -> Flask:
    """Return the web application. `store.db.connect` has to be called before the first request.

    `app.config["NOW"]` gives the present instant (aware UTC) and `STARTED` when this was made; tests replace them to
    move time.
    """
    app = Flask(__name__, template_folder=".")
    app.config.update(
        SETTINGS=settings,
        NOW=lambda: datetime.now(UTC),
        STARTED=datetime.now(UTC),
        SECRET_KEY=key(settings.secret_file, "form-messages"),
        SESSION_COOKIE_NAME="huiying_messages",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https://"),
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
    )
    app.jinja_env.filters.update(words.FILTERS)
    app.jinja_env.globals.update(static=static_address)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.converters["int"] = RowNumber
    for screen in SCREENS:
        app.register_blueprint(screen)
    app.before_request(guard.check)
    app.after_request(headers.protect)
    errors.register(app)
    return app
