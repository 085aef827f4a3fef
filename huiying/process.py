"""What every long-running command does first: settings, database, log, and a clean stop at SIGTERM or Ctrl-C."""

import faulthandler
import logging
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial

import click

from huiying.folder import with_demo
from store import db, schema
from store.settings import SettingError, Settings


def settings_or_exit() -> Settings:
    """Return the settings; a wrong one ends the command with its name and what is expected."""
    try:
        return with_demo(Settings.from_env())
    except SettingError as error:
        raise click.ClickException(str(error)) from None


def open_database(settings: Settings) -> Settings:
    """Connect the process to its database; ends the command where it is missing or has another schema."""
    try:
        current = schema.is_current(settings.database_url)
    except Exception as error:
        raise click.ClickException(f"数据库连不上（DATABASE_URL）：{type(error).__name__}；数据没有改动") from None
    if not current:
        raise click.ClickException("数据库还没有建好或需要升级，请先运行 huiying init 或 huiying up")
    db.connect(settings.database_url)
    return settings


def serve(run: Callable[[Settings, threading.Event], None]) -> None:
    """Run a process until SIGTERM or Ctrl-C sets its stop event."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    for talkative in ("httpx", "alembic", "rq"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    settings = open_database(settings_or_exit())
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    run(settings, stop)


def watchdog(seconds: float) -> Callable[[], object]:
    """Return what a process has to call again and again; where it does not for `seconds`, the kernel ends it.

    Before that it prints where every thread is. Neither needs a turn of the interpreter, which a stuck thread may never
    give back, nor the wall clock.
    """
    faulthandler.register(signal.SIGALRM, chain=True)
    return partial(signal.setitimer, signal.ITIMER_REAL, seconds)
