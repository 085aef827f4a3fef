"""Every action that the code writes into the journal has words on the screen."""

import ast
from collections.abc import Iterator
from pathlib import Path

from dashboard.journal.words import ACTIONS

ROOT = Path(__file__).parents[2]
PACKAGES = ("store", "alerts", "crawler", "classifier", "dashboard", "huiying")


def literals(node: ast.expr) -> Iterator[str]:
    """Yield the texts an expression may be: a literal, or either side of a condition."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def written() -> set[str]:
    """Return the actions written by `journal.record(session, actor, ACTION, …)` anywhere in the code."""
    found = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "journal.record" and len(node.args) > 2:
                    found |= set(literals(node.args[2]))
    return found


def test_every_action_has_words():
    assert written() > {"propose", "tell", "sign_out"}
    assert sorted(written() - set(ACTIONS)) == []
