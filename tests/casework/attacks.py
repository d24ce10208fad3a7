"""Ways to break payments, contacts and promises in SQL."""

from tests.attacking import Attacks, answered, like, run

UNVERIFIED = "verified_by_id IS NULL AND withdrawn_by_id IS NULL"


def _taken_back(reference: str) -> str:
    return like(
        "payments", f"{UNVERIFIED} AND amount_minor > 0", reversal_of_id="id",
        amount_minor="-amount_minor", ledger_ref=reference,
    )  # fmt: skip


AS_ITS_AGENCY = (
    "SELECT set_config('app.org_id', agency_id::text, true) FROM payments"
    " WHERE agency_id IS NOT NULL LIMIT 1"
)
TABLES = ("payments", "contacts", "promises")
ATTACKS: Attacks = {
    **answered(
        "payments", "verified_by_id", change="amount_minor = 7", unless="withdrawn_by_id",
        again="verified_at = verified_at + interval '1 day'",
    ),
    "an entry of the ledger twice": (
        run(like("payments", UNVERIFIED)), "uq_payments_lender_id_ledger_ref",
    ),
    "taken back twice": (
        run(_taken_back("'x'"), _taken_back("'y'")), "uq_payments_reversal_of_id",
    ),
    "negative without an original": (
        run(like("payments", UNVERIFIED, amount_minor="-1", ledger_ref="'x'")),
        "negative_only_as_reversal",
    ),
    "set against more than was paid": (
        run(like("payments", UNVERIFIED, ledger_ref="'x'", costs_minor="0", interest_minor="0",
                 fees_minor="0", principal_minor="amount_minor + 1")),
        "parts_add_up",
    ),
    "set against what is told in part": (
        run(like("payments", UNVERIFIED, ledger_ref="'x'", principal_minor="amount_minor")),
        "parts_add_up",
    ),
    "reported and verified at once": (
        run(AS_ITS_AGENCY,
            like("payments", "verified_by_id IS NOT NULL AND amount_minor > 0",
                 ledger_ref="'x'")),
        "payments begins without an answer",
    ),
    "verified by whoever reported": (
        run("UPDATE payments SET verified_by_id = reported_by_id, verified_at = now()"
            f" WHERE {UNVERIFIED}"),
        "two_people_verify",
    ),
    **answered("contacts", "outcome", change="local_day = '2020-01-01'", again="outcome = 'x'"),
    "a withdrawn payment taken up again": (
        run("UPDATE payments SET withdrawn_by_id = NULL, withdrawn_at = NULL"
            " WHERE withdrawn_by_id IS NOT NULL"),
        "payments is append-only: UPDATE",
    ),
    "withdrawn and verified": (
        run("UPDATE payments SET withdrawn_by_id = reported_by_id, withdrawn_at = now(),"
            " verified_by_id = (SELECT min(u.id) FROM users u WHERE u.id <> reported_by_id),"
            f" verified_at = now() WHERE {UNVERIFIED}"),
        "withdrawn_never_counts",
    ),
    "a promise of nothing": (
        run(like("promises", amount_minor="0", open="false")), "amount_positive",
    ),
    "two open promises": (run(like("promises", "open")), "uq_promises_one_open_per_case"),
}  # fmt: skip
