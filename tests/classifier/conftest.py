"""One compiled judge for all tests of this folder: compiling it anew for each would be the slowest part."""

import pytest

from classifier.judge import Judge
from classifier.text import Item
from huiying.orgs import bureau

HOME = ("清源市", "东岭区", "河湾区", "柳溪县", "石桥镇")


@pytest.fixture(scope="session")
def local():
    """A judge for a bureau that has told its own places."""
    return Judge(bureau("market_supervision", HOME))


@pytest.fixture(scope="session")
def anywhere():
    """A judge for a bureau without places of its own: every Chinese place counts as ours."""
    return Judge(bureau("market_supervision", ()))


@pytest.fixture
def verdict(local):
    """Judge one text: verdict(text, title="", channel="message")."""

    def one(text, title="", channel="message", judge=local):
        return judge.judge([Item(title, text, channel)])[0]

    return one
