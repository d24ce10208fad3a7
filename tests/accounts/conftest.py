"""What the tests of accounts share."""

from collections.abc import Iterator

import pytest
from flask import Flask

from marketplace.accounts import Browser
from marketplace.core.installation import installed
from tests.accounts.provider import SmallProvider


@pytest.fixture
def laptop() -> Browser:
    return Browser("192.0.2.7", "tests")


@pytest.fixture
def at_localhost(app: Flask) -> Iterator[None]:
    """Reached by a name: security keys do not work with a number."""
    before, installed().public_url = installed().public_url, "http://localhost:8000"
    yield
    installed().public_url = before


@pytest.fixture
def provider() -> Iterator[SmallProvider]:
    running = SmallProvider()
    yield running
    running.close()
