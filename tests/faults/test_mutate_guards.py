"""No guard of the books is there for nothing: without it, an attack gets through."""

import pytest

from marketplace.core.provision import Database
from tests.faults.mutate_guards import TABLES, mutants, scratch, survivors

pytestmark = pytest.mark.faults


def test_every_guard_of_the_books_is_missed(database: Database) -> None:
    assert survivors(database) == []


def test_guards_are_found_on_every_table(database: Database) -> None:
    with scratch(database) as owner:
        found = list(mutants(owner))
    assert len(found) > 40
    for table in TABLES:
        assert any(f"on {table}" in mutant.guard for mutant in found), table
