"""The system's Chromium for browser tests: playwright's own download is not to be had in many offices."""

import os
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Flags that every launch needs: root has no sandbox, and nothing may be asked of the network.
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage")


def find_chromium() -> str:
    """Return the path of HUIYING_CHROMIUM or of the first browser found. Fails the test, never skips."""
    given = os.environ.get("HUIYING_CHROMIUM")
    found = given or next((path for name in NAMES if (path := shutil.which(name))), None)
    if not found:
        pytest.fail("浏览器测试需要 Chromium：sudo apt-get install -y chromium fonts-wqy-microhei", pytrace=False)
    return found
