"""Ways to break what the books rest on: contracts, firms, balances, trail and checks."""

from tests.attacking import Attacks, answered, kept, like, run

TABLES = (
    "framework_contracts", "tax_statuses", "entity_bank_accounts", "case_balances",
    "audit_events", "book_checks",
)  # fmt: skip
ATTACKS: Attacks = {
    **answered(
        "framework_contracts", "ended_on", change="tail_days = 7", again="ended_on = NULL"
    ),
    "a contract twice": (
        run(like("framework_contracts")), "uq_framework_contracts_lender_id_number",
    ),
    "a contract of no day": (
        run(like("framework_contracts", number="'x'", valid_to="valid_from")),
        "framework_contracts_valid_for_a_while",
    ),
    "a tail of more than a year": (
        run(like("framework_contracts", number="'x'", tail_days="366")),
        "framework_contracts_tail_ends",
    ),
    **kept(tax_statuses="rate_bps = 1"),
    "two rates on one day": (
        run(like("tax_statuses")), "uq_tax_statuses_entity_id_valid_from",
    ),
    "more tax than there is": (
        run(like("tax_statuses", valid_from="valid_from + 1", rate_bps="2501")),
        "tax_statuses_rate_plausible",
    ),
    **answered(
        "entity_bank_accounts", "valid_to", change="sealed_number = 'x'",
        again="valid_to = NULL",
    ),
    **kept(
        case_balances="balance_minor = 1", audit_events="action = 'x'",
        book_checks="journals = 1",
    ),
    "two events in one place": (
        run(like("audit_events")), "uq_audit_events_chain_sequence",
    ),
}  # fmt: skip
