"""`huiying web`: the screens, served by one process with threads."""

import logging
import os
import signal
import sys
import threading
from types import FrameType

import click

from huiying.process import open_database, settings_or_exit

STOP_WITHIN = 1.5
"""Seconds after which a request that hangs no longer holds up the end of the process."""
CHANNEL_TIMEOUT = 60


@click.command("web")
def command() -> None:
    """打开网页：值班台、舆情、信息、监测源、日报。"""
    from waitress.server import create_server

    from dashboard import create_app

    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    settings = open_database(settings_or_exit())
    try:
        server = create_server(
            create_app(settings),
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            channel_timeout=CHANNEL_TIMEOUT,
            connection_limit=max(100, settings.threads * 4),
            clear_untrusted_proxy_headers=True,
            ident=None,
        )
    except OSError as error:
        raise click.ClickException(
            f"不能在 {settings.bind} 上打开网页（{error.strerror or error}）：端口可能已被占用，"
            "请改 HUIYING_BIND 或先停掉占用它的程序"
        ) from None
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    click.echo(f"网页已打开：{settings.base_url}")
    server.run()


def _stop(number: int, frame: FrameType | None) -> None:
    """End at once; whoever hangs in a request is cut off, because everything of worth is a committed transaction."""
    timer = threading.Timer(STOP_WITHIN, os._exit, (0,))
    timer.daemon = True
    timer.start()
    raise SystemExit(0)
