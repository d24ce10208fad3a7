"""The contract gate: each missing paper blocks the offer, the acceptance and the release."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from marketplace import placements
from marketplace.accounts import User
from marketplace.core.errors import NotFound
from marketplace.placements import ContractMissing, Placement
from tests import factories
from tests.conftest import NOON
from tests.factories import LAST_YEAR, TODAY, Papers
from tests.refusing import refused


def end_contract(papers: Papers) -> None:
    papers.contract.ended_on = TODAY


def expire_agreement(papers: Papers) -> None:
    papers.agreement.valid_to = TODAY - timedelta(days=1)


def forget_assessment(papers: Papers) -> None:
    papers.agreement.impact_assessment = ""


def withdraw_approval(papers: Papers) -> None:
    placements.withdraw_approval(papers.approval.id, by=factories.someone("clara"), now=NOON)


def unpublish(papers: Papers) -> None:
    papers.approval.published_url = ""


LACKS = pytest.mark.parametrize(
    ("lose", "words"),
    [
        (end_contract, "a framework contract in force"),
        (expire_agreement, "a data-processing agreement"),
        (forget_assessment, "a data-processing agreement"),
        (withdraw_approval, "the lender's published approval"),
        (unpublish, "the lender's published approval"),
    ],
)
Lose = Callable[[Papers], None]


@pytest.fixture
def papers(clara: User, amy: User) -> Papers:
    return factories.papers(clara, amy)


@LACKS
def test_without_a_paper_nothing_is_offered(
    papers: Papers, clara: User, amy: User, lose: Lose, words: str
) -> None:
    lose(papers)
    with refused(words, kind=ContractMissing):
        placements.require_papers(clara.organisation_id, amy.organisation_id, TODAY)
    offerable = factories.portfolio(clara)
    with refused("No case can go to Anheng & Co yet", kind=ContractMissing):
        offer(offerable, clara, amy)


@LACKS
def test_without_a_paper_nothing_is_accepted(
    papers: Papers, clara: User, amy: User, lose: Lose, words: str
) -> None:
    offered = factories.placement(clara, amy, accepted=False)
    lose(papers)
    with refused(words, kind=ContractMissing):
        placements.accept(offered.id, by=amy, now=NOON)


@LACKS
def test_without_a_paper_nothing_is_released(
    papers: Papers, clara: User, amy: User, lose: Lose, words: str
) -> None:
    offered = factories.placement(clara, amy, accepted=False)
    placements.accept(offered.id, by=amy, now=NOON)
    lose(papers)
    with refused(words, kind=ContractMissing):
        factories.release(offered)


def test_every_missing_paper_is_named(clara: User, amy: User) -> None:
    found = placements.papers_in_force(clara.organisation_id, amy.organisation_id, TODAY)
    assert len(found.missing) == 3


@pytest.mark.parametrize(
    ("on", "missing"),
    [
        (LAST_YEAR - timedelta(days=1), 3), (LAST_YEAR, 0), (factories.NEXT_YEAR, 0),
        (factories.NEXT_YEAR + timedelta(days=1), 3),
    ],
)  # fmt: skip
def test_papers_hold_from_their_first_day_to_their_last(
    papers: Papers, clara: User, amy: User, on: date, missing: int
) -> None:
    found = placements.papers_in_force(clara.organisation_id, amy.organisation_id, on)
    assert len(found.missing) == missing


def test_papers_of_another_lender_do_not_count(papers: Papers, bea: User, amy: User) -> None:
    found = placements.papers_in_force(bea.organisation_id, amy.organisation_id, TODAY)
    assert len(found.missing) == 3


def test_a_contract_is_between_the_parties_own_firms(clara: User, amy: User, bea: User) -> None:
    for lender_entity, agency_entity in (
        (factories.entity(bea), factories.entity(amy)),
        (factories.entity(clara), factories.entity(bea)),
    ):
        with pytest.raises(NotFound):
            placements.record_contract(
                agency_id=amy.organisation_id, lender_entity_id=lender_entity.id,
                agency_entity_id=agency_entity.id, number="X", valid_from=LAST_YEAR,
                valid_to=TODAY, by=clara, now=NOON,
            )  # fmt: skip


def test_foreign_papers_are_not_found(papers: Papers, bea: User) -> None:
    with pytest.raises(NotFound):
        placements.withdraw_approval(papers.approval.id, by=bea, now=NOON)
    with pytest.raises(NotFound):
        placements.record_agreement(
            papers.contract, number="D", impact_assessment="P", fields=[],
            valid_from=LAST_YEAR, valid_to=TODAY, by=bea, now=NOON,
        )  # fmt: skip


def offer(of: factories.Portfolio, clara: User, amy: User) -> Placement:
    lot = factories.select(factories.Case.id.label("case_id"))
    terms = placements.Terms("AU", TODAY, 180, NOON + timedelta(days=3))
    return placements.offer(of, amy.organisation_id, lot, terms=terms, by=clara, now=NOON)
