"""What tests of the crawler's manners share: a server that is a stranger, and what fetches from it."""

from collections.abc import Callable, Iterator

import pytest
from odd_server import OddServer, odd_server
from strangers import fetching, getter_for

from crawler.fetch import Getter


@pytest.fixture
def server() -> Iterator[OddServer]:
    """A server on loopback that answers as a test says."""
    with odd_server() as running:
        yield running


@pytest.fixture
def getter(server: OddServer) -> Iterator[Getter]:
    """A getter that reaches the server under any name."""
    with getter_for(server) as made:
        yield made


@pytest.fixture
def get(server: OddServer, getter: Getter) -> Callable[..., str]:
    """What fetches a path and says how it went."""
    return fetching(server, getter)
