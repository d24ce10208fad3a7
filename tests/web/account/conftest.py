"""What the tests of the account door share."""

import pytest

from marketplace import accounts
from marketplace.core.db import db
from tests.accounts.conftest import at_localhost, provider

__all__ = ["at_localhost", "provider"]

PASSWORD = "correct horse battery"


@pytest.fixture
def clara_at_home(clara):
    """Clara with a password."""
    clara.password_hash = accounts.hash_password(PASSWORD)
    db.session.flush()
    return clara
