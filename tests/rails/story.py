"""What happens between the product and Stripe, told step by step, and how it must end."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from marketplace import ledger, rails, reactions
from marketplace.core.db import acting, db, transaction
from marketplace.ledger import AccountKind
from marketplace.rails import RailOperation
from marketplace.settlement import Statement
from tests.conftest import NOON, SYSTEM
from tests.factories import drain, someone
from tests.stripe_server import Delivery, StripeServer

SECRETS = {
    "platform": ("whsec_platform",),
    "connect": ("whsec_new", "whsec_old"),
    "debtor": ("whsec_debtor",),
}


@dataclass
class Story:
    """One counterpart, and the doorbells already rung."""

    server: StripeServer
    rung: int = 0

    def set_up_both(self, now: datetime = NOON) -> None:
        for name in ("clara", "amy"):
            with transaction():
                rails.ask_for_account("US", by=someone(name), now=now)
        drain(now)
        for account in self.server.made("acct"):
            self.server.finish_onboarding(account["id"])
        self.ring(now)

    def ring(self, now: datetime = NOON, *, copies: int = 1, shuffle: int | None = None) -> int:
        """Deliver what has happened since the last time; how many were new."""
        new = 0
        for one in self.pending(now, copies=copies, shuffle=shuffle):
            endpoint = "connect" if one.connected else "platform"
            with transaction():
                new += rails.receive(endpoint, one.body, one.signature, now=now)
        drain(now)
        return new

    def pending(
        self, now: datetime, *, copies: int = 1, shuffle: int | None = None
    ) -> list[Delivery]:
        since, self.rung = self.rung, len(self.server.store.events)
        return self.server.deliveries(
            [SECRETS["platform"][0], SECRETS["connect"][1]], since=since, at=now,
            copies=copies, shuffle=shuffle,
        )  # fmt: skip

    def mirror(self, now: datetime = NOON) -> None:
        with acting(SYSTEM):
            reactions.run(rails.MIRROR, lambda: now)

    def pay(self, *, fee: int = 500) -> str:
        """The lender pays the only invoice; the charge's id."""
        (invoice,) = self.server.made("in")
        return str(self.server.pay_invoice(invoice["id"], fee=fee)["id"])

    def book_the_rest(self, now: datetime = NOON) -> None:
        """Two people book what nothing explains."""
        with transaction():
            for moved in rails.unexplained():
                rails.name_transaction(moved.transaction_ref, by=someone("pia"), now=now)
                rails.book_transaction(moved.transaction_ref, by=someone("paul"), now=now)

    def books(self) -> dict[str, int]:
        """The balance of every account of the chart that is not zero."""
        totals: dict[str, int] = {}
        for one in ledger.balances():
            totals[one.kind.value] = totals.get(one.kind.value, 0) + one.net_minor
        return {kind: total for kind, total in totals.items() if total}

    def ends_well(self, now: datetime = NOON) -> None:
        """Reconciled to the cent, nothing done twice, no rule of Stripe's types broken."""
        self.mirror(now)
        self.book_the_rest(now)
        db.session.expire_all()
        assert ledger.is_balanced()
        booked = self.books().get(AccountKind.STRIPE_BALANCE.value, 0)
        assert booked == self.server.balance()
        assert rails.open_gateway().balances().get("USD", 0) == booked
        assert self.server.violations == []


def operation(op_id: str) -> RailOperation:
    query = select(RailOperation).where(RailOperation.op_id == op_id)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def status_of(statement: Statement) -> str:
    db.session.expire_all()
    return db.session.get_one(Statement, statement.id).status.value
