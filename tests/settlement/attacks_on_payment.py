"""Ways to break invoices, remittances and payment files in SQL."""

from tests.attacking import SAME_CODE, Attacks, emptied, kept, like, run
from tests.settlement.attacks import APPROVED, AS_LENDER, DRAFT, NEWEST, OTHER_PERIOD

COMMISSION, FEE = "part = 'commission'", "part = 'fee'"
NOTHING_DUE = {
    **OTHER_PERIOD,
    **dict.fromkeys(
        ("commission_minor", "quality_minor", "holdback_minor", "released_minor", "fee_minor",
         "commission_tax_minor", "carried_in_minor", "fee_tax_minor"), "0",
    ),
}  # fmt: skip
OTHER_NUMBER = {"number": "repeat('9', 20)"}


def _invoice(**changed: str) -> str:
    return like("received_invoices", "withdrawn_at IS NULL", **OTHER_NUMBER | changed)


def _paid(part: str, **changed: str) -> str:
    """A remittance of the newest statement, as if just recorded."""
    fresh = {"statement_id": NEWEST, "confirmed_by_id": "NULL", "confirmed_at": "NULL",
             "journal_id": "NULL"}  # fmt: skip
    return like("remittances", part, **fresh | changed)


OWED = (
    like("statements", DRAFT, **NOTHING_DUE | {"commission_minor": "100"}), *APPROVED,
    _paid(COMMISSION, amount_minor="100"),
)  # fmt: skip
"""A statement of 100, and that it was sent."""

TABLES = ("received_invoices", "remittances", "payment_files", "payment_file_items")
ATTACKS: Attacks = {
    **emptied("received_invoices", "remittances"),
    "an invoice claimed for twice": (
        run(like("received_invoices", "withdrawn_at IS NULL")), "uq_received_invoices_number",
    ),
    "an invoice without a number": (run(_invoice(number="'1'")), "has_a_number"),
    "a negative invoice of no reference": (
        run(_invoice(net_minor="-net_minor")), "red_names_its_reason",
    ),
    "a quarter and more of tax": (run(_invoice(rate_bps="2501")), "rate_plausible"),
    "an invoice withdrawn by nobody": (
        run("UPDATE received_invoices SET withdrawn_at = now() WHERE withdrawn_at IS NULL"),
        "is_withdrawn_whole",
    ),
    "an invoice of other sides": (run(_invoice(lender_id="agency_id")), "an invoice is"),
    "another amount on an invoice": (
        run("UPDATE received_invoices SET net_minor = net_minor + 1"),
        "an invoice is withdrawn",
    ),
    "an invoice put back": (
        run("UPDATE received_invoices SET withdrawn_at = NULL, withdrawn_by_id = NULL"
            " WHERE withdrawn_at IS NOT NULL"),
        "an invoice is withdrawn",
    ),
    "an invoice deleted": (run("DELETE FROM received_invoices"), "an invoice is withdrawn"),
    "paid twice": (
        run(like("remittances", COMMISSION, confirmed_by_id="NULL", confirmed_at="NULL",
                 journal_id="NULL")),
        "uq_remittances_paid_once",
    ),
    "nothing paid": (
        run(like("statements", DRAFT, **NOTHING_DUE), *APPROVED, _paid(FEE, amount_minor="0")),
        "moves_something",
    ),
    "commission paid back": (
        run(like("statements", DRAFT, **NOTHING_DUE | {"commission_minor": "-100"}), *APPROVED,
            _paid(COMMISSION, amount_minor="-100")),
        "commission_is_paid_out",
    ),
    "confirmed by whoever recorded": (
        run(f"UPDATE remittances SET confirmed_by_id = recorded_by_id, confirmed_at = now()"
            f" WHERE {FEE}"),
        "two_people_confirm",
    ),
    "money confirmed by nobody": (
        run(f"UPDATE remittances SET confirmed_at = now() WHERE {FEE}"), "is_answered_whole",
    ),
    "paid and confirmed at once": (
        run(*OWED[:-1], _paid(COMMISSION, amount_minor="100", confirmed_at="now()",
            confirmed_by_id="(SELECT min(u.id) FROM users u WHERE u.id <> recorded_by_id)")),
        "remittances begins without an answer",
    ),
    "confirmed by the side that paid": (
        run(*OWED, AS_LENDER, "UPDATE remittances SET confirmed_by_id = 1, confirmed_at = now()"
            f" WHERE statement_id = {NEWEST}"),
        "whoever pays",
    ),
    "more than is due": (
        run(like("statements", DRAFT, **NOTHING_DUE | {"fee_minor": "100"}), *APPROVED,
            _paid(FEE, amount_minor="101")),
        "exactly what its statement says",
    ),
    "paid before the approval": (
        run(like("statements", DRAFT, **NOTHING_DUE | {"fee_minor": "100"}),
            _paid(FEE, amount_minor="100")),
        "exactly what its statement says",
    ),
    "another amount paid": (
        run(f"UPDATE remittances SET amount_minor = amount_minor + 1 WHERE {FEE}"),
        "a remittance is confirmed or withdrawn",
    ),
    "withdrawn after it came": (
        run(f"UPDATE remittances SET withdrawn_at = now(), withdrawn_by_id = 1,"
            f" confirmed_at = NULL, confirmed_by_id = NULL, journal_id = NULL"
            f" WHERE {COMMISSION}"),
        "a remittance is confirmed or withdrawn",
    ),
    "a remittance deleted": (
        run(f"DELETE FROM remittances WHERE {FEE}"), "a remittance is confirmed or withdrawn",
    ),
    **kept(payment_files="amount_minor = 1", payment_file_items="amount_minor = 1"),
    "the code of another file": (
        run(like("payment_files", id=SAME_CODE, message_id="'x'")), "uq_payment_files_code",
    ),
    "a message sent twice": (run(like("payment_files")), "uq_payment_files_message_id"),
}  # fmt: skip
