"""What a test expects to be turned down: by a rule in plain words, or by the database."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.exc import DBAPIError

from marketplace.core.db import db
from marketplace.core.errors import Refusal
from marketplace.core.words import Words


@contextmanager
def refused(words: str, *, kind: type[Refusal] = Refusal) -> Iterator[None]:
    """The block is refused with these words, whatever the reader's language."""
    with pytest.raises(kind) as caught:
        yield
    said = caught.value.reason
    sentence = said.sentence if isinstance(said, Words) else str(said)
    values = said.values if isinstance(said, Words) else {}
    english = sentence % values if values else sentence
    assert words in english


@contextmanager
def refused_by_database(match: str) -> Iterator[None]:
    """The block is refused by a constraint, a trigger or a right, and undone."""
    with pytest.raises(DBAPIError, match=match), db.session.begin_nested():
        yield
