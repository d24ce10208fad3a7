"""Credentials: examined by two people, in force to the day, covering what they name."""

from datetime import date, timedelta

import pytest

from marketplace import licences
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.core.installation import files
from marketplace.licences import Credential, CredentialStatus, CredentialType, Evidence, Scope
from tests import factories
from tests.conftest import NOON, as_user, rows_of
from tests.factories import TODAY
from tests.refusing import refused, refused_by_database

PDF = Evidence("licence.pdf", b"%PDF-1.4 licence")
SHANGHAI = Scope(("31",), ("credit_card",), ("call",))


def submit(
    by: User,
    *,
    evidence: Evidence = PDF,
    scope: Scope = SHANGHAI,
    valid_to: date = TODAY + timedelta(days=90),
) -> Credential:
    return licences.submit(
        type=CredentialType.ISO_27001, number=" 1 ", issuer="CNAS", scope=scope,
        valid_from=TODAY, valid_to=valid_to, evidence=evidence, by=by, now=NOON,
    )  # fmt: skip


@pytest.fixture
def submitted(amy: User) -> Credential:
    return submit(amy)


@pytest.fixture
def active(submitted: Credential, vera: User, viktor: User) -> Credential:
    licences.check(submitted.id, note="compared", by=vera, now=NOON)
    return licences.approve(submitted.id, by=viktor, now=NOON)


def covered(by: User, on: date = TODAY) -> bool:
    return bool(licences.coverage_of([by.organisation_id], on).get(by.organisation_id))


def test_the_evidence_is_kept_as_it_was_sent(submitted: Credential) -> None:
    assert files().get(submitted.evidence_key) == PDF.content


def test_a_credential_counts_once_two_people_have_examined_it(
    submitted: Credential, amy: User, vera: User, viktor: User
) -> None:
    assert not covered(amy)
    licences.check(submitted.id, note="", by=vera, now=NOON)
    assert not covered(amy)
    licences.approve(submitted.id, by=viktor, now=NOON)
    assert covered(amy)


def test_who_checked_cannot_approve(submitted: Credential, vera: User) -> None:
    licences.check(submitted.id, note="", by=vera, now=NOON)
    with refused("somebody else must approve"):
        licences.approve(submitted.id, by=vera, now=NOON)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("status = 'active'", "active_means_vetted"),
        ("checked_by_id = submitted_by_id, approved_by_id = submitted_by_id", "two_people_vet"),
        ("valid_to = valid_from", "valid_for_a_while"),
    ],
)
def test_the_database_wants_two_people_too(
    submitted: Credential, change: str, constraint: str
) -> None:
    with refused_by_database(constraint):
        db.session.execute(db.text(f"UPDATE credentials SET {change}"))


def test_only_vetting_vets(submitted: Credential, amy: User, olga: User, pia: User) -> None:
    for stranger in (amy, olga, pia):
        with pytest.raises(NotFound):
            licences.check(submitted.id, note="", by=stranger, now=NOON)


def test_it_counts_on_its_first_day_and_its_last(active: Credential, amy: User) -> None:
    days = (active.valid_from, active.valid_to)
    day = timedelta(days=1)
    assert [covered(amy, on) for on in (days[0] - day, *days, days[1] + day)] == [
        False, True, True, False,
    ]  # fmt: skip


def test_a_suspension_counts_at_once(active: Credential, amy: User, vera: User) -> None:
    licences.suspend(active.id, reason="complaints", by=vera, now=NOON)
    assert not covered(amy)


def test_a_decision_is_final(active: Credential, vera: User) -> None:
    with refused("already been dealt with"):
        licences.refuse(active.id, reason="late", by=vera, now=NOON)


def test_a_refusal_gives_its_reason(submitted: Credential, vera: User) -> None:
    with refused("needs a reason"):
        licences.refuse(submitted.id, reason=" ", by=vera, now=NOON)
    licences.refuse(submitted.id, reason="blurred", by=vera, now=NOON)
    assert submitted.status is CredentialStatus.REFUSED
    assert submitted.note == "blurred"


@pytest.mark.parametrize(
    ("region", "product", "covers"),
    [("31", "credit_card", True), ("32", "credit_card", False), ("31", "auto", False)],
)
def test_coverage_is_region_and_product_together(
    active: Credential, amy: User, region: str, product: str, covers: bool
) -> None:
    scope = licences.coverage_of([amy.organisation_id], TODAY)[amy.organisation_id]
    assert scope.covers(region, product) is covers


def test_two_credentials_do_not_lend_each_other_regions(amy: User) -> None:
    factories.credential(amy, regions=("31",), products=("auto",))
    factories.credential(amy, regions=("*",), products=("mortgage",))
    scope = licences.coverage_of([amy.organisation_id], TODAY)[amy.organisation_id]
    assert scope.covers("44", "mortgage")
    assert not scope.covers("44", "auto")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"evidence": Evidence("a.pdf", b"")}, "is empty"),
        ({"evidence": Evidence("a.pdf", b"MZ\x90 a program")}, "PDF, PNG or JPEG"),
        ({"evidence": Evidence("a.pdf", b"%PDF" + bytes(20 << 20))}, "larger than 20 MB"),
        ({"scope": Scope((), ("auto",), ("call",))}, "scope is empty"),
        ({"valid_to": TODAY}, "already expired"),
    ],
)
def test_bad_submissions_are_refused(amy: User, wrong: dict, words: str) -> None:
    with refused(words):
        submit(amy, **wrong)


def test_lenders_see_what_is_in_force_not_what_is_examined(
    submitted: Credential, clara: User, amy: User, ravi: User
) -> None:
    with as_user(clara):
        assert rows_of("credentials") == 0
    factories.credential(amy)
    with as_user(clara):
        assert rows_of("credentials") == 1
    with as_user(ravi):
        assert rows_of("credentials") == 0


def test_expiry_is_announced_on_four_days(amy: User) -> None:
    for days in (90, 60, 30, 7, 6, 91):
        factories.credential(amy, valid_to=TODAY + timedelta(days=days))
    licences.warn_of_expiry(now=NOON)
    said = [event.details["days"] for event in factories.events("credential.expiring")]
    assert sorted(said) == [7, 30, 60, 90]
