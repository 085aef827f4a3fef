"""What every entry of a feed goes through, XML or JSON: a title with words, counts, a number where the link changes."""

from collections.abc import Mapping
from typing import Any

from crawler.counts import field_counts, shown_counts
from crawler.dates import Moment
from crawler.identity import number_of, unstable
from crawler.items import Item
from crawler.titles import worded


def entry(
    title: str, link: str, published: Moment | None, author: str | None, text: str, fields: Mapping[str, Any]
) -> Item:
    """Return the item of a feed's entry; `title` and `text` are plain, `fields` are all the entry has.

    Counts are those its fields give, else those its text shows in a line of their own.
    """
    return Item(
        title=worded(title, text),
        link=link,
        published=published,
        author=author,
        text=text,
        number=(number_of(title, published) or None) if link and unstable(link) else None,
        counts=shown_counts(text) | field_counts(fields),
    )
