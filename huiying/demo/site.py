"""The demo's web server on loopback: the media's pages and, where a mail folder is given, the mails sent."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from http.server import HTTPServer
from socketserver import TCPServer, ThreadingMixIn
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from flask import Flask, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from huiying.demo.city import read_city
from huiying.demo.mailfolder import MailFolder
from huiying.demo.mailpages import mail
from huiying.demo.newsstand import Newsstand, real_now
from huiying.demo.pages import pages
from huiying.demo.texts import read_texts

HOST = "127.0.0.1"
POLL = 0.1  # Seconds within which the server notices that it is to stop.
_OWN_NAMES = {"127.0.0.1", "localhost", "::1"}
_POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'"
_ERRORS = {
    400: "这个地址不能从别的网站名下打开，请用 127.0.0.1 访问。",
    404: "页面不存在，或者还没有到发布的时间。",
    405: "这个地址只能浏览，不能提交。",
    500: "服务器内部错误。",
}
log = logging.getLogger(__name__)


def create_app(stand: Newsstand, folder: MailFolder | None = None) -> Flask:
    """Return the application; `folder` adds the inbox under /mail/. `config["BASE"]` is the address used in feeds."""
    app = Flask(__name__)
    app.extensions["newsstand"] = stand
    app.config["BASE"] = ""
    app.register_blueprint(pages)
    if folder is not None:
        app.extensions["mailfolder"] = folder
        app.register_blueprint(mail)
    app.register_error_handler(HTTPException, _say_error)
    app.before_request(_refuse_foreign_names)
    app.after_request(_harden)
    return app


def _refuse_foreign_names() -> None:
    """Another site's name that resolves to this machine (DNS rebinding) must not read the mails."""
    try:
        name = urlsplit(f"//{request.host}").hostname
    except ValueError:
        name = None
    if name not in _OWN_NAMES:
        abort(400)


def _harden(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def port_taken(what: str, port: int, error: OSError) -> OSError:
    """The same error with a sentence that says what could not be opened and what to do."""
    return OSError(
        error.errno, f"{what}打不开端口 {port}（{error.strerror}）；已有数据不受影响，请换一个端口或结束占用它的程序"
    )


def _say_error(error: HTTPException) -> ResponseReturnValue:
    """A page in plain Chinese instead of the framework's English one."""
    code = error.code or 500
    return render_template("error.html", words=_ERRORS.get(code, _ERRORS[500]), code=code), code


class _Server(ThreadingMixIn, WSGIServer):
    """One thread a request; asks no name server for its own name, which can hang on a machine without one."""

    daemon_threads = True
    request_queue_size = 128

    def server_bind(self) -> None:
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, int(self.server_address[1])
        self.setup_environ()

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.warning("demo site: a request broke off", exc_info=True)


class _Handler(WSGIRequestHandler):
    """Keeps quiet about ordinary requests and gives up on a client that sends nothing."""

    timeout = 30

    def log_message(self, format: str, *args: Any) -> None:
        log.debug(format, *args)


class Site:
    """The running site: `with Site(epoch, port) as site`. Port 0 takes a free one; `base` is its address.

    `now` decides which texts are out. OSError, naming the port, if it is taken, ValueError if `epoch` is naive.
    """

    def __init__(
        self, epoch: datetime, port: int, now: Callable[[], datetime] = real_now, mails: MailFolder | None = None
    ) -> None:
        stand = Newsstand(read_city(), read_texts(), epoch, now)
        app = create_app(stand, mails)
        try:
            self._server: HTTPServer = make_server(HOST, port, app, _Server, _Handler)
        except OSError as error:
            raise port_taken("演示站点", port, error) from None
        self.base = f"http://{HOST}:{self._server.server_port}"
        app.config["BASE"] = self.base
        self._thread = threading.Thread(target=self._server.serve_forever, args=(POLL,), name="demo-site", daemon=True)

    def start(self) -> None:
        """Begin to answer, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Answer nobody any more and free the port."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def __enter__(self) -> "Site":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
