"""Traditional texts in simplified characters and mainland words: what is searched; the original stays as it came."""

from functools import cache

from opencc import OpenCC

_OURS = {"民众": "群众"}
"""What OpenCC leaves alone though the mainland says it otherwise."""


@cache
def _converter(name: str) -> OpenCC:
    return OpenCC(name)


def simplified(title: str, text: str) -> str | None:
    """Return title and text in simplified characters, or None where they hold no traditional ones.

    Where Taiwan's words differ from the mainland's (程式 and 程序) both spellings are in it, so that either is found.
    """
    original = f"{title}\n{text}"
    plain = _converter("t2s").convert(original)
    if plain == original:
        return None
    words = _converter("tw2sp").convert(original)
    for theirs, ours in _OURS.items():
        words = words.replace(theirs, ours)
    return words if words == plain else f"{words}\n{plain}"


def spellings(word: str) -> list[str]:
    """Return the spellings under which a word is looked for: its own, and its simplified ones."""
    return list(dict.fromkeys([word, *filter(None, (simplified(word, "") or "").split("\n"))]))
