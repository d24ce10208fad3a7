"""The registry: two people bring a model into force, and can bring the one before back."""

from datetime import timedelta

import pytest

import pricing
from marketplace import valuations
from marketplace.accounts import User
from marketplace.core.errors import NotFound
from marketplace.valuations import ModelStatus, ValuationModel
from marketplace.valuations.registry import begin, model_of, register
from tests import factories
from tests.conftest import NOON, as_user, rows_of
from tests.refusing import refused, refused_by_database

LATER = NOON + timedelta(days=1)


def registered(*, fit: bool = True, market: str = "CN") -> ValuationModel:
    model = pricing.Model.from_prior(pricing.Prior.default(market), horizon=6)
    return register(
        market, model, now=NOON, n_outcomes=10, n_lots=2,
        status=ModelStatus.FITTED if fit else ModelStatus.UNFIT,
        objections=[] if fit else ["too_few_lots"],
    )  # fmt: skip


@pytest.fixture
def version(clara: User) -> ValuationModel:
    return registered()


def activated(one: ValuationModel, first: User, second: User) -> None:
    valuations.nominate(one.code, reason="better", by=first, now=NOON)
    valuations.activate(one.code, by=second, now=LATER)


def test_a_second_person_activates(version: ValuationModel, vera: User, viktor: User) -> None:
    with as_user(vera):
        valuations.nominate(version.code, reason="lower error", by=vera, now=NOON)
        with refused("a second person"):
            valuations.activate(version.code, by=vera, now=NOON)
    with as_user(viktor):
        valuations.activate(version.code, by=viktor, now=LATER)
    assert valuations.active_version("CN") is version
    assert version.reason == "lower error"
    before = [one for one in valuations.versions("CN") if one.version == 0]
    assert [one.status for one in before] == [ModelStatus.RETIRED]
    assert [e.action for e in factories.events("model.activated")] == ["model.activated"]


def test_the_database_wants_two_people_too(
    version: ValuationModel, vera: User, viktor: User
) -> None:
    activated(version, vera, viktor)
    with refused_by_database("two_people_activate"):
        version.activated_by_id = vera.id
        factories.db.session.flush()


def test_rolling_back_takes_two_people_as_well(
    version: ValuationModel, vera: User, viktor: User
) -> None:
    activated(version, vera, viktor)
    published = begin("CN", now=NOON)
    activated(published, viktor, vera)
    assert valuations.active_version("CN") is published
    assert version.status is ModelStatus.RETIRED
    activated(version, vera, viktor)
    assert valuations.active_version("CN") is version


def test_a_proposal_can_be_withdrawn(version: ValuationModel, vera: User) -> None:
    valuations.nominate(version.code, reason="why not", by=vera, now=NOON)
    valuations.withdraw(version.code, by=vera, now=NOON)
    assert version.status is ModelStatus.FITTED
    with refused("not proposed"):
        valuations.withdraw(version.code, by=vera, now=NOON)
    with refused("not proposed"):
        valuations.activate(version.code, by=vera, now=NOON)


def test_what_may_not_be_proposed(version: ValuationModel, vera: User, clara: User) -> None:
    with refused("needs a reason"):
        valuations.nominate(version.code, reason=" ", by=vera, now=NOON)
    unfit = registered(fit=False)
    with refused("did worse"):
        valuations.nominate(unfit.code, reason="x", by=vera, now=NOON)
    valuations.nominate(version.code, reason="x", by=vera, now=NOON)
    with refused("already proposed or in force"):
        valuations.nominate(version.code, reason="x", by=vera, now=NOON)
    other = registered()
    with refused("already proposed for this market"):
        valuations.nominate(other.code, reason="x", by=vera, now=NOON)
    with pytest.raises(NotFound):
        valuations.nominate(other.code, reason="x", by=clara, now=NOON)
    with pytest.raises(NotFound):
        valuations.version_by_code("VM-00000")


def test_versions_count_by_market(version: ValuationModel) -> None:
    assert version.version == 1
    assert registered().version == 2
    assert registered(market="EU").version == 1
    assert {one.market for one in valuations.versions()} == {"CN", "EU"}


def test_the_stored_model_is_the_registered_one(version: ValuationModel) -> None:
    assert model_of(version, "CN").horizon == 6
    assert model_of(None, "CN").horizon == 12
    version.sha256 = "0" * 64
    with pytest.raises(ValueError, match="not the one that was registered"):
        model_of(version, "CN")


def test_everybody_reads_the_card_and_only_staff_changes_it(
    version: ValuationModel, clara: User, amy: User, vera: User
) -> None:
    for reader in (clara, amy, vera):
        with as_user(reader):
            assert rows_of("valuation_models") == 2
    with as_user(clara), refused_by_database("permission denied"):
        factories.db.session.execute(
            factories.db.text("UPDATE valuation_models SET status = 'active'")
        )
