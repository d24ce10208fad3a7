"""Forgetting somebody: their key is gone, and stays gone after a restore."""

import numpy as np
import pytest
from sqlalchemy import text

from marketplace import casework, portfolios
from marketplace.accounts import User
from marketplace.casework import Channel
from marketplace.core import vault
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.core.installation import files, installed
from marketplace.demo.tape import write_tape
from marketplace.portfolios import Case, Debtor
from marketplace.reactions import drain
from tests import factories
from tests.conftest import NOON, as_user
from tests.refusing import refused

SEALED = ("personal_key", "personal", "name_masked", "id_masked", "phone_masked", "phone_index")


@pytest.fixture
def debtor(clara: User) -> Debtor:
    factories.portfolio(clara, 2, first=700)
    return db.session.scalars(db.select(Debtor).order_by(Debtor.id)).first()


@pytest.fixture
def case(debtor: Debtor) -> Case:
    return db.session.scalars(db.select(Case).where(Case.debtor_id == debtor.id)).one()


def test_a_forgotten_person_cannot_be_read(debtor: Debtor, clara: User) -> None:
    assert portfolios.open_person(debtor).name == "王小明700"
    with as_user(clara):
        portfolios.forget(debtor.id, by=clara, now=NOON)
    row = db.session.execute(text("SELECT * FROM debtors WHERE id = :id"), {"id": debtor.id})
    stored = row.mappings().one()
    assert [stored[name] for name in SEALED] == [None] * len(SEALED)
    with refused("has been deleted"):
        portfolios.open_person(debtor)
    with refused("already been deleted"):
        portfolios.forget(debtor.id, by=clara, now=NOON)


def test_what_was_sealed_stays_sealed_without_the_key(debtor: Debtor, clara: User) -> None:
    copied = debtor.personal
    portfolios.forget(debtor.id, by=clara, now=NOON)
    debtor.personal = copied
    with refused("has been deleted"):
        portfolios.open_person(debtor)
    assert "王小明".encode() not in copied


def test_the_neighbour_is_not_forgotten(debtor: Debtor, clara: User) -> None:
    portfolios.forget(debtor.id, by=clara, now=NOON)
    other = db.session.scalars(db.select(Debtor).where(Debtor.id != debtor.id)).one()
    assert portfolios.open_person(other).name == "王小明701"


def test_a_restore_does_not_bring_anybody_back(debtor: Debtor, clara: User) -> None:
    backup = {name: getattr(debtor, name) for name in SEALED}
    portfolios.forget(debtor.id, by=clara, now=NOON)
    for name, value in backup.items():
        setattr(debtor, name, value)
    debtor.forgotten_at = None
    db.session.flush()
    assert portfolios.open_person(debtor).name == "王小明700"
    assert portfolios.apply_tombstones(now=NOON) == 1
    with refused("has been deleted"):
        portfolios.open_person(debtor)
    assert portfolios.apply_tombstones(now=NOON) == 0


def test_the_tombstones_name_nobody(debtor: Debtor, clara: User) -> None:
    index = debtor.person_index.hex()
    portfolios.forget(debtor.id, by=clara, now=NOON)
    kept = (installed().keys_folder / "forgotten").read_text()
    assert index not in kept
    assert len(kept.split()[-1]) == 64


def test_only_its_own_lender_forgets_a_debtor(debtor: Debtor, bea: User, amy: User) -> None:
    for stranger in (bea, amy):
        with pytest.raises(NotFound):
            portfolios.forget(debtor.id, by=stranger, now=NOON)


def test_the_case_and_its_books_remain(debtor: Debtor, case: Case, clara: User) -> None:
    portfolios.forget(debtor.id, by=clara, now=NOON)
    assert case.balance_minor == 100_000
    assert casework.may_contact(case, Channel.LETTER, by=clara, now=NOON).allowed
    (event,) = factories.events("debtor.forgotten")
    assert event.details == {}


def test_a_reveal_says_who_and_why(debtor: Debtor, clara: User) -> None:
    with refused("Say why"):
        portfolios.reveal(debtor.id, reason=" ", by=clara, now=NOON)
    assert portfolios.reveal(debtor.id, reason="call", by=clara, now=NOON).mobile
    (event,) = factories.events("debtor.revealed")
    assert (event.actor_id, event.details) == (clara.id, {"reason": "call"})


def test_after_a_rotation_every_key_is_sealed_anew_and_opens(debtor: Debtor) -> None:
    keys = installed().vault
    ring = vault.Vault((*keys.keys, b"n" * 32), keys.index_key)
    assert portfolios.reseal_keys(ring) == 2
    assert portfolios.reseal_keys(ring) == 0
    assert debtor.personal_key[0] == ring.newest
    newest_only = debtor.personal_key
    place = portfolios.personal_place(debtor.lender_id, debtor.person_index)
    opened = ring.personal_key(newest_only, place=place)
    assert "王小明700".encode() in vault.open_with(opened, debtor.personal)
    with pytest.raises(vault.Unreadable):
        keys.personal_key(newest_only, place=place)


def test_the_original_file_goes_once_its_cases_are_in(app, clara):
    """It names everybody on the tape; its hash is enough to prove where a case came from."""
    entity = factories.entity(clara)
    made = write_tape(60, np.random.default_rng(3), today=NOON.date())
    tape = portfolios.upload_tape(
        made.name,
        made.content,
        portfolio_name="Spring",
        entity_id=entity.id,
        by=clara,
        now=NOON,
    )
    key, digest = tape.file_key, tape.sha256
    portfolios.confirm_suggested(tape.code, by=clara, now=NOON)
    drain(NOON)
    assert files().get(key) == made.content
    portfolios.request_commit(tape.id, by=clara, now=NOON)
    drain(NOON)

    with pytest.raises(NotFound):
        files().get(key)
    db.session.refresh(tape)
    assert (tape.file_key, tape.sha256) == ("", digest)
