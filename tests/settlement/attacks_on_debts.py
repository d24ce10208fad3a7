"""Ways to break the ends of debts in SQL: repaid, written off, or taken over all the same."""

from tests.attacking import Attacks, emptied, like, run
from tests.settlement.attacks import APPROVED, AS_AGENCY, DRAFT, NEWEST
from tests.settlement.attacks_on_payment import NOTHING_DUE

OPEN = "confirmed_at IS NULL AND withdrawn_at IS NULL"
UNANSWERED = {
    **dict.fromkeys(("confirmed_by_id", "confirmed_at", "journal_id"), "NULL"),
    "amount_minor": "100",
}
OTHER = "(SELECT min(u.id) FROM users u WHERE u.id <> recorded_by_id)"
AGAIN = dict.fromkeys(
    ("approved_by_id", "approved_at", "agency_confirmed_by_id", "lender_confirmed_by_id",
     "journal_id"), "NULL",
)  # fmt: skip


def _left(**changed: str) -> tuple[str, ...]:
    """An approved statement that left a debt of 100."""
    owing = {"commission_minor": "-100"}
    return like("statements", DRAFT, **NOTHING_DUE | (changed or owing)), *APPROVED


def _takes_over(statement_id: str) -> str:
    """A draft of the next period that takes that debt over."""
    return like(
        "statements", f"id = {statement_id}", **AGAIN, status="'draft'", commission_minor="0",
        period_start="period_start + 3", carried_from_id="id", carried_in_minor="-100",
    )  # fmt: skip


def _ended(**changed: str) -> str:
    """The end of the newest statement's debt, as if just recorded."""
    return like("debt_clearances", OPEN, **UNANSWERED | {"statement_id": NEWEST} | changed)


TABLES = ("debt_clearances",)
ATTACKS: Attacks = {
    **emptied("debt_clearances"),
    "a debt ended twice": (
        run(like("debt_clearances", OPEN, **UNANSWERED)), "uq_debt_clearances_cleared_once",
    ),
    "no debt ended": (
        run(*_left(fee_minor="0"), _ended(amount_minor="0")), "clears_something",
    ),
    "a fee written off": (
        run(*_left(fee_minor="-100", rail="'stripe'"),
            _ended(part="'fee'", way="'written_off'", paid_on="NULL", bank_reference="''",
                   reason="'gone'")),
        "a_fee_is_paid_back",
    ),
    "repaid without a reference": (run(*_left(), _ended(bank_reference="''")), "says_how"),
    "an end confirmed by whoever recorded it": (
        run(f"UPDATE debt_clearances SET confirmed_by_id = recorded_by_id,"
            f" confirmed_at = now() WHERE {OPEN}"),
        "two_people_clear|whoever repays",
    ),
    "an end confirmed by nobody": (
        run(f"UPDATE debt_clearances SET confirmed_at = now() WHERE {OPEN}"),
        "is_answered_whole|whoever repays",
    ),
    "repaid and confirmed at once": (
        run(*_left(), _ended(confirmed_at="now()", confirmed_by_id=OTHER)),
        "debt_clearances begins without an answer",
    ),
    "a part of a debt ended": (run(*_left(), _ended(amount_minor="99")), "is ended whole"),
    "a debt of a draft ended": (
        run(_left()[0], _ended()), "is ended whole",
    ),
    "a debt ended that was taken over": (
        run(*_left(), _takes_over(NEWEST),
            _ended(statement_id="(SELECT max(carried_from_id) FROM statements)")),
        "later statement took over",
    ),
    "repaid by the side that confirms": (
        run(AS_AGENCY, f"UPDATE debt_clearances SET confirmed_by_id = {OTHER},"
            f" confirmed_at = now() WHERE {OPEN}"),
        "whoever repays",
    ),
    "another amount repaid": (
        run(f"UPDATE debt_clearances SET amount_minor = amount_minor + 1 WHERE {OPEN}"),
        "confirmed or withdrawn, never changed",
    ),
    "withdrawn after the debt ended": (
        run("UPDATE debt_clearances SET withdrawn_at = now(), withdrawn_by_id = 1,"
            " confirmed_at = NULL, confirmed_by_id = NULL, journal_id = NULL"
            " WHERE confirmed_at IS NOT NULL"),
        "confirmed or withdrawn, never changed",
    ),
    "an end deleted": (
        run(f"DELETE FROM debt_clearances WHERE {OPEN}"),
        "confirmed or withdrawn, never changed",
    ),
    "an ended debt taken over": (
        run(_takes_over("(SELECT statement_id FROM debt_clearances"
                        " WHERE confirmed_at IS NOT NULL LIMIT 1)")),
        "ended is not taken over",
    ),
}  # fmt: skip
