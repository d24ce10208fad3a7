"""Casework: what agencies do with the cases released to them.

An attempt passes the gate, is reserved, and gets one outcome. A payment is recorded by one
person and verified by another; only verified cash earns commission.
"""

from marketplace.casework.contacting import (
    ContactRequest,
    PromiseTaken,
    begin_contact,
    close_promises,
    finish_contact,
    may_contact,
)
from marketplace.casework.models import (
    Appropriation,
    Channel,
    Contact,
    Outcome,
    Payment,
    PaymentMethod,
    PaymentSource,
    Promise,
)
from marketplace.casework.paying import (
    BadPayments,
    PaymentRow,
    record_payments,
    report_payment,
    unverified_by_others,
    unverified_payments,
    verify_payments,
    withdraw_payments,
)
from marketplace.casework.queries import (
    CasePage,
    CashMonth,
    PaymentLine,
    QueueLine,
    case_page,
    cash_by_month,
    payment_lines,
    queue,
    refresh_track_records,
)

__all__ = [
    "Appropriation",
    "BadPayments",
    "CasePage",
    "CashMonth",
    "Channel",
    "Contact",
    "ContactRequest",
    "Outcome",
    "Payment",
    "PaymentLine",
    "PaymentMethod",
    "PaymentRow",
    "PaymentSource",
    "Promise",
    "PromiseTaken",
    "QueueLine",
    "begin_contact",
    "case_page",
    "cash_by_month",
    "close_promises",
    "finish_contact",
    "may_contact",
    "payment_lines",
    "queue",
    "record_payments",
    "refresh_track_records",
    "report_payment",
    "unverified_by_others",
    "unverified_payments",
    "verify_payments",
    "withdraw_payments",
]
