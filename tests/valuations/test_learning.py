"""The nightly refit: it learns from seasoned cases, and says when it may not be proposed."""

from datetime import date, timedelta

import numpy as np
import pytest
from sqlalchemy import text

from marketplace import valuations
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.valuations import ModelStatus, Valuation, ValuationModel
from marketplace.valuations.history import CASH, history
from tests import factories
from tests.conftest import NOON, as_user
from tests.valuations.planted import FRESH, lot

YEAR_AGO = NOON.date() - timedelta(days=400)


def lots(lender: User, agent: User, count: int, *, cases: int = 60) -> None:
    for number in range(count):
        day = YEAR_AGO - timedelta(days=30 * (count - number))
        lot(lender, agent, number, starts_on=day, cases=cases)


def test_history_counts_a_year_from_the_first_placement(clara: User, amy: User) -> None:
    lot(clara, amy, 1, starts_on=YEAR_AGO, cases=20)
    lot(clara, amy, 2, starts_on=NOON.date() - timedelta(days=364), cases=20)
    seen = history(("CN",), currency="CNY", now=NOON)
    assert seen is not None
    assert len(seen.cases) == 20
    assert seen.window == (YEAR_AGO, YEAR_AGO)
    paid = db.session.execute(
        text("SELECT sum(amount_minor) FROM payments p JOIN placements l ON"
             " l.id = placement_id WHERE l.starts_on = :day"), {"day": YEAR_AGO},
    ).scalar_one()  # fmt: skip
    assert seen.outcomes[CASH].to_numpy().sum() == paid > 0
    assert set(seen.cases["dpd"]) == {200.0, 1500.0}
    assert "score" not in seen.cases.columns
    assert history(("US",), currency="USD", now=NOON) is None


def test_cash_before_the_first_placement_does_not_count(clara: User, amy: User) -> None:
    lot(clara, amy, 1, starts_on=YEAR_AGO, cases=20)
    later = YEAR_AGO + timedelta(days=30)
    db.session.execute(text("UPDATE placements SET starts_on = :day"), {"day": later})
    paid = db.session.execute(
        text("SELECT coalesce(sum(amount_minor), 0) FROM payments WHERE value_on >= :day"),
        {"day": later},
    ).scalar_one()
    seen = history(("CN",), currency="CNY", now=NOON)
    assert seen.outcomes[CASH].to_numpy().sum() == paid


def test_a_reversal_undoes_the_month_it_reverses(clara: User, amy: User) -> None:
    lot(clara, amy, 1, starts_on=YEAR_AGO, cases=20)
    before = history(("CN",), currency="CNY", now=NOON)
    db.session.execute(
        text(
            "INSERT INTO payments (lender_id, agency_id, case_id, placement_id, value_on,"
            " posted_on, amount_minor, currency, source, method, ledger_ref, reversal_of_id,"
            " reported_by_id, reported_at, verified_by_id, verified_at)"
            " SELECT lender_id, agency_id, case_id, placement_id, :late, :late, -amount_minor,"
            " currency, source, method, 'X', id, reported_by_id, now(), verified_by_id, now()"
            " FROM payments ORDER BY id LIMIT 1"
        ),
        {"late": NOON.date()},
    )
    after = history(("CN",), currency="CNY", now=NOON)
    first = db.session.execute(
        text("SELECT case_id, amount_minor FROM payments ORDER BY id LIMIT 1")
    ).one()
    at = int(np.flatnonzero(before.cases["case_id"] == first.case_id)[0])
    assert before.outcomes.iloc[at].sum() == first.amount_minor
    assert after.outcomes.iloc[at].sum() == 0
    assert after.outcomes.drop(index=at).equals(before.outcomes.drop(index=at))


@pytest.fixture
def fitted(clara: User, amy: User) -> ValuationModel:
    lots(clara, amy, 8)
    version = valuations.refit("CN", now=NOON)
    assert version is not None
    return version


def test_a_refit_is_registered_with_its_card(fitted: ValuationModel, clara: User) -> None:
    assert (fitted.market, fitted.version) == ("CN", 1)
    assert (fitted.n_outcomes, fitted.n_lots) == (480, 8)
    assert fitted.window_to == YEAR_AGO - timedelta(days=30)
    assert set(fitted.metrics) == {"ours", "band table", "prior"}
    assert fitted.metrics["ours"]["crps"] < fitted.metrics["prior"]["crps"]
    assert isinstance(fitted.window_from, date)
    assert valuations.refit("CN", now=NOON) is None, "nothing new was seen"
    assert valuations.active_version("CN").version == 0, "it values nothing yet"


def test_once_active_it_values_books(
    fitted: ValuationModel, clara: User, vera: User, viktor: User
) -> None:
    book = factories.portfolio(clara, 40, first=760, dpd=FRESH)
    terms = {"cost_bps": 0, "discount_bps": 0, "commission_bps": 0, "by": clara, "now": NOON}

    def valued() -> Valuation:
        with as_user(clara):
            asked = valuations.request_valuation(book.id, **terms)
        factories.drain()
        assert asked.failure is None
        return asked

    before = valued()
    if fitted.status is ModelStatus.UNFIT:
        # Which objection a small sample meets is not the point here.
        fitted.status = ModelStatus.FITTED
    valuations.nominate(fitted.code, reason="it has seen our cases", by=vera, now=NOON)
    valuations.activate(fitted.code, by=viktor, now=NOON)
    after = valued()
    assert (before.basis, after.basis) == ("prior", "pooled")
    assert after.model_id == fitted.id
    assert after.figures["n_outcomes"] == 480
    # Fresh debt paid about 0.65 x 0.35 of its balance, far above published prices.
    assert after.mean_minor > before.mean_minor
    assert after.mean_minor / book.balance_minor == pytest.approx(0.23, abs=0.1)


def test_too_little_may_not_be_proposed(clara: User, amy: User) -> None:
    lots(clara, amy, 3, cases=30)
    version = valuations.refit("CN", now=NOON)
    assert version.status is ModelStatus.UNFIT
    assert version.objections == ["too_few_outcomes", "too_few_lots"]
    assert version.metrics == {}


def test_nothing_to_learn_is_no_error(clara: User) -> None:
    valuations.refit_models(now=NOON)
    assert factories.drain() == 3
    assert valuations.versions() == []
