"""Ways to break what the rails keep, in SQL: the outbox, doorbells, movements and pages."""

from tests.attacking import Attacks, answered, emptied, like, run
from tests.settlement.attacks import APPROVED as APPROVED_DRAFT
from tests.settlement.attacks import DRAFT, NEWEST, OTHER_PERIOD

OPEN_PAGE, OTHER_PAGE = "ended_at IS NULL", "ended_at IS NOT NULL"
PROPOSED = {"op_id": "'x'", "status": "'proposed'"}
UNSENT = "done_at IS NULL AND withdrawn_at IS NULL"
SECOND = "(SELECT min(u.id) FROM users u WHERE u.id <> made_by_id)"
BACK = ("invoiced", "taken_back", "approved")
OTHER = {"session_ref": "'x'", "intent_ref": "'x'"}

TABLES = (
    "rail_accounts", "rail_operations", "rail_events", "rail_transactions", "rail_checkouts",
)  # fmt: skip
ATTACKS: Attacks = {
    "two accounts of one organisation": (
        run(like("rail_accounts", account_ref="'x'", customer_ref="'x'")),
        "uq_rail_accounts_organisation_id",
    ),
    "an account shared": (
        run(like("rail_accounts", organisation_id="organisation_id + 1", customer_ref="'x'")),
        "uq_rail_accounts_account_ref",
    ),
    "a customer shared": (
        run(like("rail_accounts", organisation_id="organisation_id + 1", account_ref="'x'")),
        "uq_rail_accounts_customer_ref",
    ),
    "planned and let go at once": (
        run(like("rail_operations", op_id="'x'", approved_by_id=SECOND)),
        "rail_operations begins without an answer",
    ),
    **answered(
        "rail_operations", "done_at", change="amount_minor = 7", again="status = 'planned'",
        unless="withdrawn_at",
    ),
    "withdrawn at no time": (
        run("UPDATE rail_operations SET status = 'withdrawn' WHERE done_at IS NULL"
            " AND withdrawn_at IS NULL"),
        "is_withdrawn_some_time",
    ),
    "a withdrawn proposal taken up again": (
        run("UPDATE rail_operations SET status = 'planned', withdrawn_at = NULL"
            " WHERE withdrawn_at IS NOT NULL"),
        "rail_operations is append-only: UPDATE",
    ),
    "done twice": (run(like("rail_operations")), "uq_rail_operations_op_id"),
    "less than nothing moved": (
        run(like("rail_operations", op_id="'x'", amount_minor="-1")), "amount_is_not_negative",
    ),
    "let go by whoever proposed": (
        run("UPDATE rail_operations SET approved_by_id = made_by_id WHERE done_at IS NULL"
            " AND withdrawn_at IS NULL"),
        "two_people_move_money",
    ),
    "a statement's undoing sent": (
        run(like("rail_operations", UNSENT, **PROPOSED, kind="'undo'"),
            f"UPDATE rail_operations SET status = 'planned', approved_by_id = {SECOND}"
            " WHERE op_id = 'x'"),
        "undo_sends_nothing",
    ),
    "a second invoice that nobody approved": (
        run(like("rail_operations", UNSENT, kind="'invoice'", op_id="'invoice:ST:2'")),
        "two_people_undo_or_bill_again",
    ),
    "a statement billed again by nobody": (
        run(like("statements", DRAFT, **OTHER_PERIOD, rail="'stripe'"), *APPROVED_DRAFT,
            *(f"UPDATE statements SET status = '{to}' WHERE id = {NEWEST}" for to in BACK)),
        "two people bill a statement again",
    ),
    **answered(
        "rail_events", "processed_at", change="object_ref = 'x'",
        again="processed_at = processed_at + interval '1 day'",
    ),
    **answered(
        "rail_transactions", "journal_id", change="amount_minor = 7", again="journal_id = 1",
    ),
    "a movement twice": (
        run(like("rail_transactions")), "uq_rail_transactions_transaction_ref",
    ),
    **emptied("rail_checkouts"),
    "a page's session shared": (
        run(like("rail_checkouts", OTHER_PAGE, intent_ref="'x'")),
        "uq_rail_checkouts_session_ref",
    ),
    "a page's payment shared": (
        run(like("rail_checkouts", OTHER_PAGE, session_ref="'x'")),
        "uq_rail_checkouts_intent_ref",
    ),
    "two open pages": (
        run(like("rail_checkouts", OPEN_PAGE, **OTHER)), "uq_rail_checkouts_one_open",
    ),
    "a page for nothing": (
        run(like("rail_checkouts", OTHER_PAGE, amount_minor="0", **OTHER)),
        "amount_is_positive",
    ),
    "another amount on a page": (
        run("UPDATE rail_checkouts SET amount_minor = 7"),
        "rail_checkouts is append-only: only",
    ),
}  # fmt: skip
