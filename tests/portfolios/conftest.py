"""A lender with a legal entity, and shorthands for bringing a tape in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from marketplace import portfolios
from marketplace.accounts import LegalEntity, User
from marketplace.core import jobs
from marketplace.core.db import db
from marketplace.core.errors import Refusal
from marketplace.core.told import in_english
from marketplace.portfolios import Tape
from tests.conftest import NOON, as_user
from tests.portfolios.tapes import AS_OF

TASKS: dict[str, jobs.Task] = {
    "react": lambda event_id, *, now: None,
    "check tape": portfolios.check_tape,
    portfolios.DELETE_FILE: portfolios.delete_file,
    "commit tape": portfolios.commit_tape,
}


def drain() -> int:
    ran = 0
    while (job := jobs.fetch_next(now=NOON)) is not None:
        with db.session.begin_nested():
            TASKS[job.task](now=NOON, **job.arguments)
        jobs.finish(job)
        ran += 1
    return ran


@contextmanager
def refused(words: str, *, kind: type[Refusal] = Refusal) -> Iterator[None]:
    """The block is refused with these words; a refusal says what to do next."""
    with pytest.raises(kind) as caught:
        yield
    assert words in in_english(caught.value)


def entity_of(user: User) -> LegalEntity:
    entity = LegalEntity(
        organisation_id=user.organisation_id,
        name=f"Bank {user.organisation_id}",
        created_at=NOON,
    )
    db.session.add(entity)
    db.session.flush()
    return entity


@pytest.fixture
def entity(clara: User) -> LegalEntity:
    return entity_of(clara)


@pytest.fixture
def checked(clara: User, entity: LegalEntity) -> Callable[..., Tape]:
    """Upload a file, take the suggested mapping, and let the check run."""

    def bring(content: bytes, *, name: str = "tape.csv", **terms: Any) -> Tape:
        with as_user(clara):
            tape = portfolios.upload_tape(
                name, content, portfolio_name=terms.pop("portfolio_name", "Cards 2025"),
                entity_id=entity.id, by=clara, now=NOON,
            )  # fmt: skip
            defaults = {"balance_as_of": AS_OF} | terms.pop("defaults", {})
            portfolios.confirm_mapping(
                tape.id, terms.pop("mapping", None) or portfolios.mapping_of(tape), defaults,
                terms.pop("expected_rows", None), terms.pop("expected_principal_minor", None),
                tape.version, by=clara, now=NOON,
            )  # fmt: skip
        drain()
        return tape

    return bring


@pytest.fixture
def committed_tape(clara: User, checked: Callable[..., Tape]) -> Callable[..., Tape]:
    def bring(content: bytes, **terms: Any) -> Tape:
        tape = checked(content, **terms)
        with as_user(clara):
            portfolios.request_commit(tape.id, by=clara, now=NOON)
        drain()
        return tape

    return bring
