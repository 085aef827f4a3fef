"""Kept texts of letters as they are shown: the service's own address is filled in, the signed link never is."""

from domain.notice import ACK, REPLY, REPLY_SIGNS, SITE


def shown(text: str, address: str) -> str:
    """Return a kept text with the address of the service, without the signed link and without how to reply to it."""
    lines = [line for line in text.splitlines() if ACK not in line]
    return "\n".join(lines).replace(REPLY, "").replace(REPLY_SIGNS, "").replace(SITE, address).strip()


def local(link: str) -> str:
    """Return a kept link as an address within the service, else unchanged."""
    return link.removeprefix(SITE) or "/"
