"""Walks the demo city's screens in a real browser: from page to page by their links, as one of its people."""

import base64
import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.exceptions import HTTPException
from werkzeug.serving import make_server

from domain.codes import code_at, step_at

PHONE = {"width": 360, "height": 800}
FILES = {
    "inbound.attachment",
    "export.download",
    "entry.picture",
    "importing.file",
    "static",
    "consultation_result.text",
    "quality.export",
}
"""Routes that answer with a file."""
# What is wider than the window, and the first element that sticks out on the right.
WIDER = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return null;
  const out = [...document.querySelectorAll("main *, header *, nav *")].find((one) => {
    const box = one.getBoundingClientRect();
    return box.width && box.right > room + 0.5;
  });
  return `${document.documentElement.scrollWidth} px: ${out ? out.outerHTML.slice(0, 160) : "?"}`;
}"""

LINKS = "(all) => all.map((one) => new URL(one.getAttribute('href'), location).href)"


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve the application on loopback and give its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def signed_in(browser: Browser, address: str, username: str, password: str) -> Page:
    """Return a page, as wide as a telephone, on which somebody has signed in."""
    page = browser.new_page(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=PHONE)  # type: ignore[arg-type]
    page.goto(address)
    page.get_by_label("用户名").fill(username)
    page.get_by_label("口令").fill(password)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("button", name="退出").wait_for()
    if urlsplit(page.url).path.startswith("/code"):
        _set_up_code(page)
    return page


def _set_up_code(page: Page) -> None:
    """Set up the second factor, which an administrator cannot do without."""
    secret = page.get_by_label("密钥").inner_text().replace(" ", "")
    whole = base64.b32decode(secret + "=" * (-len(secret) % 8))
    page.get_by_label("6 位动态码").fill(code_at(whole, step_at(datetime.now(UTC))))
    page.get_by_role("button", name="启用并登录").click()
    page.get_by_role("navigation", name="主菜单").wait_for()


def walk(app: Flask, page: Page, address: str, most: int, first: Iterable[str] = ()) -> Iterator[tuple[str, str]]:
    """Yield (route, path) of every screen within reach, while it is open; no route more than `most` times.

    Screens that answer 200 alone are shown: who may not open one is refused, and the next is tried.
    What only leads on to another screen is not counted.
    """
    routes = app.url_map.bind("")
    waiting = deque(["/", *first, *(rule.rule for rule in app.url_map.iter_rules() if not rule.arguments)])
    seen, counted = set(waiting), Counter[str]()
    while waiting:
        path = waiting.popleft()
        try:
            route = str(routes.match(path.partition("?")[0], method="GET")[0])
        except HTTPException:
            continue
        if route in FILES or counted[route] >= most:
            continue
        answer = page.goto(f"{address}{path}")
        if answer is None or answer.status != 200 or "text/html" not in answer.headers.get("content-type", ""):
            continue
        if urlsplit(page.url).path != path.partition("?")[0]:
            continue
        counted[route] += 1
        yield route, path
        found = page.eval_on_selector_all("a[href]", LINKS)
        for link in map(urlsplit, found):
            there = link.path + (f"?{link.query}" if link.query else "")
            if f"{link.scheme}://{link.netloc}" == address and there not in seen:
                seen.add(there)
                waiting.append(there)
