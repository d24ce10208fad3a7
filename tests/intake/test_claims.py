"""What an agency reads of its own claims: the outcome, the payment, the age; nothing else."""

from datetime import date

import pytest
from sqlalchemy import select, text

from marketplace import intake
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.intake import Aged, Decision, DecisionKind, ReasonCode
from tests.conftest import as_user
from tests.factories import someone
from tests.intake.files import LATER, bank, bring, claims, ledger, placed, small_month
from tests.intake.test_deciding import check, code_at, match
from tests.refusing import refused_by_database

pytestmark = pytest.mark.usefixtures("app")

DAY = date(2026, 4, 8)


def states(who: User, shown: str = "all") -> dict[str, str]:
    with as_user(who):
        return {row.claim_id: row.state for row in intake.claims_of(who.organisation_id, shown)}


def row_of(who: User, claim: str):
    with as_user(who):
        rows = intake.claims_of(who.organisation_id, "all")
        return next(row for row in rows if row.claim_id == claim)


def automatic() -> Decision:
    query = select(Decision).where(Decision.kind == DecisionKind.AUTOMATIC)
    return db.session.scalars(query.order_by(Decision.id.desc())).first()


def resolve(place: str, code: ReasonCode) -> Decision:
    with as_user(someone("fang")):
        return intake.resolve(
            [code_at(place)], code, "never seen", by=someone("fang"), now=LATER
        )


def payment_at(reference: str) -> str:
    query = text("SELECT code FROM payments WHERE ledger_ref = :reference")
    return db.session.execute(query, {"reference": reference}).scalar_one()


def test_a_claim_that_matched_is_accepted_with_its_payment_once_approved(amy: User) -> None:
    small_month()
    assert states(amy) == {"K1": "automatic", "K2": "open"}
    check(automatic())
    assert states(amy) == {"K1": "accepted", "K2": "open"}
    row = row_of(amy, "K1")
    assert (row.payments, row.reason_code, row.decided_at) == (payment_at("R1"), None, LATER)
    assert states(amy, "open") == {"K2": "open"}


def test_a_refused_claim_tells_the_reason_code_and_no_more(amy: User, ravi: User) -> None:
    small_month()
    made = resolve("claims.csv:3", ReasonCode.CLAIM_REFUSED)
    assert states(amy)["K2"] == "proposed"
    assert row_of(amy, "K2").reason_code is None, "what is not decided yet is not told"
    check(made)
    row = row_of(amy, "K2")
    assert (row.state, row.reason_code, row.payments) == ("refused", "claim_refused", None)
    assert "never seen" not in str(row), "what a lender writes for its own checker stays there"
    assert states(amy, "refused") == {"K2": "refused"}
    assert states(ravi) == {"H1": "automatic", "H2": "open"}
    check(resolve("huaxin.csv:3", ReasonCode.OTHER))
    assert states(ravi)["H2"] == "closed"


def test_what_was_not_agreed_to_or_was_reversed_is_open_again(amy: User) -> None:
    small_month()
    check(resolve("claims.csv:3", ReasonCode.CLAIM_LATE), agree=False, note="look again")
    assert states(amy)["K2"] == "open"
    made = resolve("claims.csv:3", ReasonCode.CLAIM_LATE)
    check(made)
    with as_user(someone("fang")):
        undone = intake.reverse(made.code, "wrong", by=someone("fang"), now=LATER)
    assert states(amy)["K2"] == "refused", "until a second person agrees"
    check(undone)
    assert states(amy)["K2"] == "open"


def test_a_match_by_hand_shows_the_payments_of_ones_own_cases_only(
    amy: User, ravi: User
) -> None:
    placed()
    bring(
        ledger(
            ("C000001", "2026-03-03", "60.00", "A1"), ("C000004", "2026-03-04", "60.00", "H1")
        ),
        claims(
            ("K1", "C000001", "2026-03-20", "60.00"), ("K2", "C000001", "2026-03-25", "60.00")
        ),
        claims(("H9", "C000005", "2026-03-25", "9.00"), agency="HUAXIN", name="huaxin.csv"),
        bank(("转账", "2026-03-20", "120.00")),
    )  # fmt: skip
    told = ("ledger.csv:2", "ledger.csv:3", "claims.csv:2", "claims.csv:3")
    without_cash = match(*told)
    check(without_cash)
    assert row_of(amy, "K1").state == "accepted"
    assert row_of(amy, "K1").payments is None, "nobody has seen the cash yet"
    with as_user(someone("fang")):
        undone = intake.reverse(without_cash.code, "found", by=someone("fang"), now=LATER)
    check(undone)
    check(match(*told, "bank.csv:2"))
    assert row_of(amy, "K1").payments == payment_at("A1~2")
    assert states(ravi) == {"H9": "open"}


def test_an_agency_asks_for_nobody_elses_claims(amy: User, ravi: User, fang: User) -> None:
    small_month()
    check(automatic())
    k1 = db.session.execute(
        text("SELECT l.id, d.id FROM intake_lines l, intake_decisions d WHERE claim_id = 'K1'")
    ).one()
    asked = text("SELECT app.claim_payments(:line, :decision)")
    with as_user(amy):
        own = db.session.execute(asked, {"line": k1[0], "decision": k1[1]}).scalar_one()
        assert own == payment_at("R1")
    with as_user(ravi):
        assert intake.claims_of(amy.organisation_id, "all") == []
        assert intake.claim_files(amy.organisation_id) == []
        found = db.session.execute(asked, {"line": k1[0], "decision": k1[1]}).scalar_one()
        assert found is None
    with as_user(fang), refused_by_database("permission denied"):
        db.session.execute(text("SELECT app.claim_outcomes()"))


def test_what_is_not_reconciled_is_counted_by_class_and_age(amy: User, ravi: User) -> None:
    small_month()
    with as_user(amy):
        found = intake.claims_ageing(amy.organisation_id, on=DAY)
    # K1 of 3 March is 36 days old, K2 of 9 March 30 days.
    assert found == [
        Aged("matched", "CNY", 2, 1, 10_000),
        Aged("unknown_claim", "CNY", 1, 1, 7_100),
    ]
    check(automatic())
    check(resolve("claims.csv:3", ReasonCode.CLAIM_REFUSED))
    with as_user(amy):
        assert intake.claims_ageing(amy.organisation_id, on=DAY) == []


@pytest.mark.parametrize(
    ("on", "age"),
    [("2026-03-09", 0), ("2026-03-16", 0), ("2026-03-17", 1), ("2026-04-08", 1),
     ("2026-04-09", 2), ("2026-05-08", 2), ("2026-05-09", 3), ("2026-03-01", 0)],
)  # fmt: skip
def test_an_age_has_its_first_and_its_last_day(amy: User, on: str, age: int) -> None:
    small_month()
    with as_user(amy):
        found = intake.claims_ageing(amy.organisation_id, on=date.fromisoformat(on))
    assert [one.age for one in found if one.kind == "unknown_claim"] == [age]


def test_its_last_files_are_listed_with_their_time_if_it_brought_them(
    amy: User, fang: User
) -> None:
    small_month()
    with as_user(amy):
        intake.bring_claims(
            "own.csv", claims(("K7", "C000001", "2026-03-20", "5.00")).content,
            lender_id=fang.organisation_id, month=date(2026, 3, 1), by=amy, now=LATER,
        )  # fmt: skip
        own, lenders = intake.claim_files(amy.organisation_id)
    assert (own.filename, own.lines, own.brought_at) == ("own.csv", 1, LATER)
    assert (lenders.filename, lenders.brought_at) == ("claims.csv", None)
    assert states(amy)["K7"] == "matching"
