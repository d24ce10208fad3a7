"""Rails: how an approved statement's money moves when Stripe carries it.

planned -> leased -> done
   ^          |----> refused  (a person retries, under a new key)
   `----------+----> unknown  (looked up before anything is sent again)
proposed -> planned           (what a person asks for, a second one approves)
   `------> withdrawn         (by whoever asked, before that)

Nothing is sent inside a transaction: an operation is planned and committed, leased and
committed, sent, and its outcome committed. What Stripe tells us is a doorbell only: the present
state of its object is fetched, so that order and repetition do not matter.
"""

from marketplace.core.jobs import Errand
from marketplace.rails import checkout, doorbells, flow, mirroring, outbox, sending
from marketplace.rails.access import API_VERSION, StripeIsOff, is_on, open_gateway
from marketplace.rails.checkout import ask_for_checkout, checkouts_of
from marketplace.rails.doorbells import NotSigned, receive
from marketplace.rails.flow import billed_minor, operations_of, start
from marketplace.rails.gateway import Gateway
from marketplace.rails.mirroring import book_transaction, name_transaction
from marketplace.rails.models import (
    Doubt,
    OperationKind,
    OperationStatus,
    RailAccount,
    RailCheckout,
    RailEvent,
    RailOperation,
    RailTransaction,
)
from marketplace.rails.onboarding import (
    COUNTRIES,
    RailState,
    ask_for_account,
    onboarding_link,
    state_of,
)
from marketplace.rails.outbox import approve_operation, retry
from marketplace.rails.proposing import (
    approve_bill_again,
    approve_claw_back,
    bill_again,
    claw_back,
    withdraw_bill_again,
    withdraw_claw_back,
)
from marketplace.rails.queries import (
    BalanceRow,
    OperationRow,
    RailSource,
    balance_rows,
    operation_rows,
    operations_waiting,
    source_of_journal,
    unexplained,
)

SEND = Errand(outbox.lease, sending.send, flow.record)
ATTEND = Errand(doorbells.take, doorbells.look, doorbells.attend)
WATCH = Errand(doorbells.open_invoices, doorbells.look_at_invoices, doorbells.keep_invoices)
CHECKOUTS = Errand(checkout.take_open, checkout.look, checkout.keep)
MIRROR = Errand(mirroring.take, mirroring.look, mirroring.keep)

__all__ = [
    "API_VERSION",
    "ATTEND",
    "CHECKOUTS",
    "COUNTRIES",
    "MIRROR",
    "SEND",
    "WATCH",
    "BalanceRow",
    "Doubt",
    "Gateway",
    "NotSigned",
    "OperationKind",
    "OperationRow",
    "OperationStatus",
    "RailAccount",
    "RailCheckout",
    "RailEvent",
    "RailOperation",
    "RailSource",
    "RailState",
    "RailTransaction",
    "StripeIsOff",
    "approve_bill_again",
    "approve_claw_back",
    "approve_operation",
    "ask_for_account",
    "ask_for_checkout",
    "balance_rows",
    "bill_again",
    "billed_minor",
    "book_transaction",
    "checkouts_of",
    "claw_back",
    "is_on",
    "name_transaction",
    "onboarding_link",
    "open_gateway",
    "operation_rows",
    "operations_of",
    "operations_waiting",
    "receive",
    "retry",
    "source_of_journal",
    "start",
    "state_of",
    "unexplained",
    "withdraw_bill_again",
    "withdraw_claw_back",
]
