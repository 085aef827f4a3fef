"""Kinds of source, one file each: bytes in, items out; a kind is registered by being there.

A file here with a `LABEL` is a kind (docs/new-kind-of-source.md walks through one). It has

    LABEL: str                            what people call it
    parse(body, url, now, declared=None, options=None) -> list[Item]
                                          raises LookupError, in Chinese, if the answer has changed its shape;
                                          a day without items is an empty list, not an error

and may have

    recognises(body, url, now) -> bool    whether an answer is of this kind, for an address somebody adds
    PREFERENCE: int                       who is asked first (the smaller; 50 where it is not given); a kind that is
                                          told by its first bytes comes before one that has to read everything
    follow(body, url) -> list[str]        addresses that are read for items as well, newest first, at most 20: an
                                          index lists maps and has no items of its own. What is got from them goes
                                          through `parse` alone, so an index inside an index leads no further;
                                          [] for an answer that refers to nothing, LookupError as of `parse`
    PASSIVE = True                        nothing is fetched: items are brought (an export, a push)
    letter(raw, now, arrived=None, whole=True) -> Item | str
                                          what is got is no answer but the mails of a mailbox: one as an item, or in
                                          words why it is none (`crawler.mailboxes`)

What is read is read in a process that can open and import nothing (docs/decisions/0010-parsing-apart.md): imports stand
at the top of a file, and options are JSON.
"""

import importlib
import pkgutil
from datetime import datetime
from functools import cache
from types import ModuleType


@cache
def kinds() -> dict[str, ModuleType]:
    """Return the kinds by name; files without a label help the others."""
    modules = {
        found.name: importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)
    }
    return {name: module for name, module in sorted(modules.items()) if hasattr(module, "LABEL")}


def named(name: str) -> ModuleType:
    """Return a kind by its name. LookupError, in Chinese, names those there are."""
    try:
        return kinds()[name]
    except KeyError:
        raise LookupError(f"没有这种监测源：{name}；可用：{'、'.join(kinds())}") from None


def recognised(body: bytes, url: str, now: datetime) -> str | None:
    """Return the name of the kind an answer is of, the most particular first; None if no kind knows it."""
    asked = sorted(kinds().items(), key=lambda pair: (getattr(pair[1], "PREFERENCE", 50), pair[0]))
    return next((name for name, kind in asked if hasattr(kind, "recognises") and kind.recognises(body, url, now)), None)
