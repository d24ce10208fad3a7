"""Ways to break payments, contacts and promises in SQL."""

from tests.attacking import Attacks, answered, like, run

UNVERIFIED = "verified_by_id IS NULL"


def _taken_back(reference: str) -> str:
    return like(
        "payments", UNVERIFIED, reversal_of_id="id", amount_minor="-amount_minor",
        ledger_ref=reference,
    )  # fmt: skip


TABLES = ("payments", "contacts", "promises")
ATTACKS: Attacks = {
    **answered(
        "payments", "verified_by_id", change="amount_minor = 7",
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
    "verified by whoever reported": (
        run("UPDATE payments SET verified_by_id = reported_by_id, verified_at = now()"
            f" WHERE {UNVERIFIED}"),
        "two_people_verify",
    ),
    **answered("contacts", "outcome", change="local_day = '2020-01-01'", again="outcome = 'x'"),
    "a promise of nothing": (
        run(like("promises", amount_minor="0", open="false")), "amount_positive",
    ),
    "two open promises": (run(like("promises", "open")), "uq_promises_one_open_per_case"),
}  # fmt: skip
