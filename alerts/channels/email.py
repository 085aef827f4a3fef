"""Mail over SMTP: one message per recipient, checked before it is sent, never longer than the hard limit."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.errors import HeaderParseError
from typing import NoReturn
from urllib.parse import SplitResult, unquote, urlsplit

from alerts.channels import Mail, Refused, Retry
from alerts.mime import as_bytes

VERB = 10.0
"""Seconds for connecting and for each answer of the server."""
WHOLE = 15.0
"""Seconds for the whole conversation: a server that drips one byte a second is cut off."""
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


def send(url: str, mail: Mail) -> str:
    """Hand one mail to the server and return what it said when it took it, e.g. `250 2.0.0 OK queued as 4F1`.

    Raises Retry for network trouble, 4xx and whatever is wrong with the server or the account; Refused where the
    recipient or the message was refused for good (5xx). Neither quotes the password.
    """
    try:
        message = as_bytes(mail)
    except (ValueError, HeaderParseError) as error:
        raise Refused(f"邮件不能发出：{error}") from None
    with _conversation(urlsplit(url)) as server:
        return _hand_over(server, mail, message)


@contextmanager
def _conversation(parts: SplitResult) -> Iterator[smtplib.SMTP]:
    """Give a connection that is ready for mail; trouble of any kind leaves as Retry, unless it is one already."""
    place = f"{parts.hostname}:{parts.port or PORTS[parts.scheme]}"
    watch: threading.Timer | None = None
    server: smtplib.SMTP | None = None
    try:
        server = _client(parts)
        watch = threading.Timer(WHOLE, _cut, (server,))
        watch.daemon = True
        watch.start()
        _greet(server, parts)
        yield server
        _leave(server)
    except smtplib.SMTPResponseException as error:
        words = f"邮件服务器 {place} 不接受：{_said(error.smtp_code, error.smtp_error)}"
        raise Retry(words, shut_out=500 <= error.smtp_code < 600) from None
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raise Retry(f"连不上邮件服务器 {place}，或连接中断：{_words(error)}") from None
    finally:
        if watch is not None:
            watch.cancel()
        if server is not None:
            server.close()


def _client(parts: SplitResult) -> smtplib.SMTP:
    """Return a client that is not connected yet, so that the hard limit holds for connecting too."""
    # The name we greet with is fixed, because asking the resolver for our own may take many seconds.
    if parts.scheme == "smtps":
        context = ssl.create_default_context()
        client: smtplib.SMTP = smtplib.SMTP_SSL(local_hostname="huiying", timeout=VERB, context=context)
    else:
        client = smtplib.SMTP(local_hostname="huiying", timeout=VERB)
    # smtplib checks the certificate against this name and sets it only when it connects by itself.
    client._host = parts.hostname or ""  # type: ignore[attr-defined]
    return client


def _cut(server: smtplib.SMTP) -> None:
    """End a conversation that takes too long, from another thread: whoever waits for the server gets an error."""
    with suppress(OSError):
        if server.sock is not None:
            server.sock.shutdown(socket.SHUT_RDWR)


def _leave(server: smtplib.SMTP) -> None:
    """Say goodbye; the mail is taken already, so nobody waits long for the answer."""
    with suppress(smtplib.SMTPException, OSError):
        if server.sock is not None:
            server.sock.settimeout(1)
        server.quit()


def _greet(server: smtplib.SMTP, parts: SplitResult) -> None:
    code, said = server.connect(parts.hostname or "", parts.port or PORTS[parts.scheme])
    if code != 220:
        raise smtplib.SMTPResponseException(code, said)
    code, said = server.ehlo()
    # Who says 421 hangs up: a second greeting would only lose what was said.
    if code != 421 and not 200 <= code < 300:
        code, said = server.helo()
    if not 200 <= code < 300:
        raise smtplib.SMTPResponseException(code, said)
    if parts.scheme == "smtp+starttls":
        server.starttls(context=ssl.create_default_context())
        server.ehlo()
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))


def _hand_over(server: smtplib.SMTP, mail: Mail, message: bytes) -> str:
    """Return the server's answer to DATA. A refused sender is our trouble, a refused recipient this mail's."""
    code, said = server.mail(mail.sender)
    if code != 250:
        raise smtplib.SMTPResponseException(code, said)
    code, said = server.rcpt(mail.to)
    if code not in (250, 251):
        _turned_down(code, said)
    try:
        code, said = server.data(message)
    except smtplib.SMTPDataError as error:
        _turned_down(error.smtp_code, error.smtp_error)
    if code != 250:
        _turned_down(code, said)
    return _said(code, said)


def _turned_down(code: int, said: bytes | str) -> NoReturn:
    if 500 <= code < 600:
        raise Refused(f"邮件服务器拒收：{_said(code, said)}")
    raise Retry(f"邮件服务器暂不接收：{_said(code, said)}", reached=True)


def _said(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:500]


def _words(error: Exception) -> str:
    # smtplib turns a timeout while it waits for an answer into a lost connection that quotes it.
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return f"{VERB:g} 秒没有回答"
    return " ".join(str(error).split())[:300] or type(error).__name__
