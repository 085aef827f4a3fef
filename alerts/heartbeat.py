"""The outside heartbeat: a service elsewhere is visited while all is well, and raises the alarm when visits stop."""

import logging
from collections.abc import Sequence
from datetime import datetime

from alerts.channels import Retry
from alerts.channels.post import call
from alerts.checks import Finding

log = logging.getLogger(__name__)

HARMLESS = frozenset({"sources", "calendar", "heartbeat"})
"""Findings that do not endanger a deadline: the heart goes on beating."""
LIMIT = 5.0
FAILED_SHOWN = 3


class Heartbeat:
    """Visits one address; None for an office without one. Remembers since when nobody answers there."""

    def __init__(self, url: str | None) -> None:
        self._url = url
        self._failed = 0
        self._since: datetime | None = None

    def beat_unless(self, found: Sequence[Finding], now: datetime) -> list[Finding]:
        """Visit the address where nothing found endangers a deadline; return what is wrong with the visits.

        Nobody answering three times running is a finding of its own: then nobody outside watches us.
        """
        if self._url is None or any(one.code not in HARMLESS for one in found):
            return []
        if self._answered():
            self._failed, self._since = 0, None
            return []
        self._failed, self._since = self._failed + 1, self._since or now
        if self._failed < FAILED_SHOWN:
            return []
        return [Finding("heartbeat", "外部心跳地址没有应答：服务停了也不会有人从外面发现", self._since)]

    def _answered(self) -> bool:
        try:
            answer = call("GET", self._url or "", LIMIT)
        except Retry as error:
            log.warning("heartbeat: %s", error)
            return False
        if not 200 <= answer.status < 300:
            log.warning("heartbeat: HTTP %s", answer.status)
        return 200 <= answer.status < 300
