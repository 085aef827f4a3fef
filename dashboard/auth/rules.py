"""Who may use which route: declared beside each view; a route without a rule answers nobody."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = frozenset({"*"})
_RULES: dict[str, frozenset[str]] = {}
_REACHABLE: dict[str, frozenset[str]] = {}
_LARGEST: dict[str, int] = {}


def _name(view: Callable[..., Any]) -> str:
    return f"{view.__module__}.{view.__qualname__}"


def allow(*roles: str) -> Callable[[View], View]:
    """Declare which roles may use a view."""

    def declare(view: View) -> View:
        _RULES[_name(view)] = frozenset(roles)
        return view

    return declare


def public(view: View) -> View:
    """Declare that a view may be used without signing in."""
    _RULES[_name(view)] = PUBLIC
    return view


def reachable(*pending: str) -> Callable[[View], View]:
    """Declare that a view can be reached before the code was entered (`code`) or the password changed (`password`)."""

    def declare(view: View) -> View:
        _REACHABLE[_name(view)] = frozenset(pending)
        return view

    return declare


def takes(size: int) -> Callable[[View], View]:
    """Declare that a view takes forms of up to `size` bytes, files included; of those alone who may use it."""

    def declare(view: View) -> View:
        _LARGEST[_name(view)] = size
        return view

    return declare


def largest(view: View) -> int | None:
    """Return the bytes a view takes where it takes more than others."""
    return _LARGEST.get(_name(view))


def is_reachable(view: Callable[..., Any], pending: str) -> bool:
    """Return whether a view may be used while `pending` is still to be done."""
    return not pending or pending in _REACHABLE.get(_name(view), frozenset())


def rule_of(endpoint: str, view: Callable[..., Any]) -> frozenset[str] | None:
    """Return the roles that may use a view; None where nobody declared any. Static files are public."""
    return PUBLIC if endpoint == "static" else _RULES.get(_name(view))
