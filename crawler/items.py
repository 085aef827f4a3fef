"""What a source brings: one item a row, whatever kind of source it is."""

from dataclasses import dataclass

from crawler.dates import Moment


@dataclass(frozen=True)
class Item:
    """One entry of a feed or list. `link` is absolute, or empty where the source gives none; `text` is plain."""

    title: str
    link: str
    published: Moment | None
    author: str | None
    text: str
