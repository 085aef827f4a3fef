"""Which files are pictures that a page may show: told by their first bytes, never by their name."""

LARGEST = 10 * 1024 * 1024
"""Bytes of one picture."""
MOST = 8
"""Pictures that come with one entry."""


def picture_type(content: bytes) -> str | None:
    """Return the media type of a PNG, JPEG or WebP file, None for everything else (SVG can carry scripts)."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return None
