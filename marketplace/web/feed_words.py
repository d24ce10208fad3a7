"""What the codes of feeds, their deliveries and events are called when people read them."""

from flask_babel import lazy_gettext as _l

WORDS: dict[str, object] = {
    "paused": _l("Paused"), "feed_balances": _l("Balances"),
    "feed_payments": _l("Payments (ledger lines)"),
    "snapshot": _l("Everything each time: all cases, or all payments of the month so far"),
    "delta": _l("Only what is new or has changed"), "folder": _l("Drop folder"),
    "api": _l("Program"),
    "hand": _l("By hand"), "received": _l("Received"), "waiting": _l("Waits for a person"),
    "applied": _l("Taken over"), "discarded": _l("Discarded"),
    "columns_unknown": _l("Nobody has said yet what the columns are."),
    "columns_changed": _l("The columns are not the ones that were confirmed."),
    "control_rows": _l("The cover sheet promises another number of rows."),
    "control_principal": _l("The cover sheet promises another principal."),
    "no_sound_row": _l("No row of the file can be used."),
    "mostly_absent": _l("More than half of the cases are missing from the file."),
    "feed_closed": _l("The feed was closed before the file was read."),
    "payments_changed": _l("Payments known by their reference are told otherwise now."),
    "payments_gone": _l("Payments that were told before are missing from the file."),
    "unreadable": _l("The file cannot be read."),
    "dates_ymd": _l("year first (2026-12-31, 26-12-31)"),
    "dates_dmy": _l("day first (31/12/2026)"), "dates_mdy": _l("month first (12/31/2026)"),
}  # fmt: skip

ACTIONS: dict[str, object] = {
    "feed.drawn_up": _l("Feed drawn up"), "feed.changed": _l("Feed changed"),
    "feed.opened": _l("Feed opened"), "feed.paused": _l("Feed paused"),
    "feed.key_made": _l("Key of a feed made"), "feed.key_revoked": _l("Key of a feed revoked"),
    "feed.columns_confirmed": _l("Columns of a feed confirmed"),
    "feed.late": _l("Feed is late: its file is missing"),
    "feed.cases_missing": _l("Cases missing from a feed twice"),
    "delivery.received": _l("Delivery of a feed received"),
    "delivery.applied": _l("Delivery of a feed taken over"),
    "delivery.waiting": _l("Delivery of a feed waits for a person"),
    "delivery.accepted": _l("Delivery of a feed accepted"),
    "delivery.discarded": _l("Delivery of a feed discarded"),
    "delivery.refused": _l("File of a feed could not be read"),
    "case.reopened": _l("Debt owed after all"),
    "case.absence_seen": _l("Missing case looked into"),
}  # fmt: skip

FIELDS: dict[str, object] = {
    "debtor_key": _l("Customer number"), "value_date": _l("Value date"),
    "amount": _l("Amount"), "ledger_ref": _l("Ledger reference"),
    "reverses_ref": _l("Reference that is reversed"), "kind": _l("Kind of posting"),
    "method": _l("Way of paying"), "memo": _l("Memo"),
    "costs": _l("Costs"), "fees": _l("Fees"),
}  # fmt: skip
"""What the columns of a file of payments are called."""

ISSUES: dict[str, object] = {
    "unknown_case": _l("No case of this feed has the number"),
    "currency_changed": _l("Another currency than the case is in"),
    "future_balance": _l("The balance is of a day that is still to come"),
    "paid_owes_again": _l("The debt is marked as paid"),
    "payment_changed": _l("The reference stands for another payment"),
    "payment_gone": _l("Told before, and missing now"),
    "principal_rose": _l("The principal rose"),
    "balance_rose": _l("The balance rose by more than interest and fees"),
}  # fmt: skip
