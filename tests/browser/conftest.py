"""What browser tests share."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from services.browsing import watched_page


@pytest.fixture
def page(chromium: str) -> Iterator[Page]:
    """A browser page on which every complaint of the console, the policy or a script fails the test."""
    with watched_page(chromium) as made:
        yield made
