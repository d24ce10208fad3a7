"""Lots whose year is over: placed long ago, with cash that follows a rule."""

from datetime import date, timedelta

import numpy as np
from sqlalchemy import text

from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.portfolios import Portfolio
from tests import factories

OLD, FRESH = 1_500, 200
"""Days past due: fresh debt pays, old debt hardly."""


def lot(
    lender: User, agent: User, number: int, *, starts_on: date, cases: int = 60, seed: int = 0
) -> Portfolio:
    """A portfolio placed as a whole on a day, and its verified cash of the year after."""
    rng = np.random.default_rng(1_000 * seed + number)
    made = factories.portfolio(lender, 0, name=f"Lot {number}", status="placed")
    for i in range(cases):
        who = factories.debtor(lender, factories.invented(number * 1_000 + i))
        factories.add_case(
            made, who, f"L{number:03d}{i:04d}", dpd=FRESH if i % 2 else OLD,
            balance_minor=int(rng.integers(50_000, 200_000)),
        )  # fmt: skip
    placed = factories.placement(lender, agent, of=made)
    db.session.execute(
        text("UPDATE placements SET starts_on = :day, recall_due_on = :end WHERE id = :id"),
        {"day": starts_on, "end": starts_on + timedelta(days=365), "id": placed.id},
    )
    pay(placed.id, lender, agent, starts_on=starts_on, rng=rng)
    return made


def pay(
    placement_id: int, lender: User, agent: User, *, starts_on: date, rng: np.random.Generator
) -> None:
    """Two in three fresh cases pay about a third, one in twenty old ones a little."""
    paying = []
    for case in db.session.execute(
        text(
            "SELECT c.id, c.dpd, c.balance_minor FROM cases c JOIN placement_cases pc"
            " ON pc.case_id = c.id WHERE pc.placement_id = :id ORDER BY c.id"
        ),
        {"id": placement_id},
    ):
        if rng.random() < (0.65 if case.dpd == FRESH else 0.05):
            paying.append(
                {
                    "case": case.id,
                    "amount": int(case.balance_minor * rng.uniform(0.2, 0.5)),
                    "day": starts_on + timedelta(days=int(rng.integers(1, 360))),
                }
            )
    db.session.execute(
        text(
            "INSERT INTO payments (lender_id, agency_id, case_id, placement_id, value_on,"
            " posted_on, amount_minor, currency, source, method, ledger_ref, reported_by_id,"
            " reported_at, verified_by_id, verified_at) VALUES (:lender, :agency, :case,"
            " :placement, :day, :day, :amount, 'CNY', 'lender_ledger', 'voluntary',"
            " 'R' || :case, :by, now(), :verifier, now())"
        ),
        [
            row
            | {
                "lender": lender.organisation_id,
                "agency": agent.organisation_id,
                "placement": placement_id,
                "by": lender.id,
                "verifier": factories.someone("fang").id,
            }
            for row in paying
        ],
    )
