"""Web addresses as the parsers use them; the rule itself is in domain, because what people paste is spelled alike."""

from domain.addresses import absolute, canonical

__all__ = ["absolute", "canonical"]
