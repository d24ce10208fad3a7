"""Payment files: chosen statements of a lender, as an order to its bank."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from marketplace import audit
from marketplace.accounts import (
    EntityBankAccount,
    LegalEntity,
    User,
    account_in_use,
    account_number,
)
from marketplace.core.db import db, queue_up
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.installation import files
from marketplace.core.words import Words, _
from marketplace.placements import Rail
from marketplace.settlement.invoices import invoice_problems
from marketplace.settlement.models import Statement, StatementStatus
from marketplace.settlement.pain import Holder, Order, Transfer, payment_order
from marketplace.settlement.remittances import PaymentFile, PaymentFileItem
from marketplace.settlement.remitting import require_invoiced

MOST_TRANSFERS = 1_000
FURTHEST = timedelta(days=60)


@dataclass(frozen=True)
class PayableRow:
    """A statement that a lender may have its bank pay."""

    statement: Statement
    payer: str
    payee: str
    last_four: str
    """Of the payee's account; empty if it has named none in this currency."""

    in_files: tuple[str, ...]
    problems: tuple[Words, ...]
    """What its invoices lack: until it is mended the statement is not paid."""


@dataclass(frozen=True)
class PayerAccount:
    account: EntityBankAccount
    entity: str


def payable_statements(lender_id: int, *, on: date) -> list[PayableRow]:
    """Approved statements whose commission nobody has paid yet, the oldest first."""
    payer, payee = aliased(LegalEntity), aliased(LegalEntity)
    found = db.session.execute(
        select(Statement, payer.name, payee.name)
        .join(payer, payer.id == Statement.lender_entity_id)
        .join(payee, payee.id == Statement.agency_entity_id)
        .where(
            Statement.lender_id == lender_id,
            Statement.rail == Rail.BANK,
            Statement.status.in_((StatementStatus.APPROVED, StatementStatus.INVOICED)),
        )
        .order_by(Statement.id)
    ).all()
    found = [row for row in found if row[0].due_minor > 0]
    known: dict[int, list[str]] = defaultdict(list)
    for statement_id, code in db.session.execute(
        select(PaymentFileItem.statement_id, PaymentFile.code)
        .join(PaymentFile, PaymentFile.id == PaymentFileItem.file_id)
        .where(PaymentFileItem.statement_id.in_([row[0].id for row in found]))
        .order_by(PaymentFile.id)
    ):
        known[statement_id].append(code)
    places = {(row[0].agency_entity_id, row[0].currency) for row in found}
    accounts = {place: account_in_use(*place, on) for place in places}
    rows = []
    for statement, payer_name, payee_name in found:
        account = accounts[statement.agency_entity_id, statement.currency]
        last_four = account.last_four if account else ""
        rows.append(
            PayableRow(
                statement, payer_name, payee_name, last_four, tuple(known[statement.id]),
                tuple(invoice_problems(statement)),
            )
        )  # fmt: skip
    return rows


def payer_accounts(lender_id: int, *, on: date) -> list[PayerAccount]:
    """The lender's own accounts that can be paid from."""
    rows = db.session.execute(
        select(EntityBankAccount, LegalEntity.name)
        .join(LegalEntity, LegalEntity.id == EntityBankAccount.entity_id)
        .where(
            EntityBankAccount.organisation_id == lender_id,
            EntityBankAccount.valid_from <= on,
            EntityBankAccount.valid_to.is_(None) | (EntityBankAccount.valid_to >= on),
        )
        .order_by(EntityBankAccount.id)
    )
    return [PayerAccount(*row) for row in rows]


def payment_files(lender_id: int) -> list[PaymentFile]:
    return list(
        db.session.scalars(
            select(PaymentFile)
            .where(PaymentFile.lender_id == lender_id)
            .order_by(PaymentFile.id.desc())
            .limit(100)
        )
    )


def make_payment_file(
    codes: Sequence[str], *, account_id: int, execute_on: date, by: User, now: datetime
) -> PaymentFile:
    """Order the payment of statements from one account; each is paid what is due, exactly.

    Asking again for a statement is allowed, for a bank may have lost the first file: its
    end-to-end id stays the statement's code, and both files are on record.
    """
    payer = _payer(account_id, by, now)
    chosen = _chosen(codes, payer, by, now)
    if not now.date() <= execute_on <= now.date() + FURTHEST:
        raise Refusal(
            _("A payment is ordered for today or one of the next 60 days."),
            next_step=_("Correct the day."),
        )
    payees = [_payee_account(statement, now) for statement in chosen]
    order = Order(
        message_id=_message_id(by, now),
        made_at=now,
        payer=_holder(payer),
        currency=payer.currency,
        execute_on=execute_on,
        transfers=[
            Transfer(one.code, _holder(account), one.due_minor, _words(one))
            for one, account in zip(chosen, payees, strict=True)
        ],
    )
    made = _keep(order, payer, by)
    for one, account in zip(chosen, payees, strict=True):
        item = PaymentFileItem(
            file_id=made.id, statement_id=one.id, lender_id=one.lender_id,
            agency_id=one.agency_id, account_id=account.id, amount_minor=one.due_minor,
        )  # fmt: skip
        db.session.add(item)
    audit.record(
        "payment_file.made", made, by=by, now=now, code=made.code, transfers=made.transfers,
        statements=[one.code for one in chosen], amount_minor=made.amount_minor,
        sha256=made.sha256,
    )  # fmt: skip
    return made


def _keep(order: Order, payer: EntityBankAccount, by: User) -> PaymentFile:
    content = payment_order(order)
    made = PaymentFile(
        lender_id=by.organisation_id,
        account_id=payer.id,
        message_id=order.message_id,
        currency=order.currency,
        execute_on=order.execute_on,
        transfers=len(order.transfers),
        amount_minor=sum(transfer.amount_minor for transfer in order.transfers),
        file_key=files().put(content),
        sha256=hashlib.sha256(content).hexdigest(),
        made_by_id=by.id,
        made_at=order.made_at,
    )
    db.session.add(made)
    db.session.flush()
    return made


def _message_id(by: User, now: datetime) -> str:
    """A bank takes a message id once: one count for each lender, a queue for two at a time."""
    queue_up("payment file", by.organisation_id)
    made = select(func.count()).where(PaymentFile.lender_id == by.organisation_id)
    number = 1 + (db.session.scalar(made) or 0)
    return f"RECOUP-{by.organisation_id}-{now:%Y%m%d}-{number}"


def _words(statement: Statement) -> str:
    period = f"{statement.period_start.isoformat()}/{statement.period_end.isoformat()}"
    return f"Commission {statement.code} {period}"


def take_payment_file(code: str, *, by: User, now: datetime) -> bytes:
    """The file itself, with whole account numbers: taking it, again too, is on record."""
    made = db.session.scalar(
        select(PaymentFile).where(
            PaymentFile.code == code, PaymentFile.lender_id == by.organisation_id
        )
    )
    if made is None:
        raise NotFound
    content = files().get(made.file_key)
    audit.record("payment_file.taken", made, by=by, now=now, code=made.code)
    return content


def _payer(account_id: int, by: User, now: datetime) -> EntityBankAccount:
    for one in payer_accounts(by.organisation_id, on=now.date()):
        if one.account.id == account_id:
            return one.account
    raise NotFound


def _chosen(
    codes: Sequence[str], payer: EntityBankAccount, by: User, now: datetime
) -> list[Statement]:
    wanted = {*codes}
    payable = payable_statements(by.organisation_id, on=now.date())
    chosen = [row.statement for row in payable if row.statement.code in wanted]
    if not chosen or len(chosen) > MOST_TRANSFERS:
        raise Refusal(
            _("Choose between 1 and 1,000 statements to pay."),
            next_step=_("Only approved statements with an amount due can be paid."),
        )
    if len(chosen) != len(wanted):
        gone = sorted(wanted - {statement.code for statement in chosen})
        raise Refusal(
            _("These statements cannot be paid: %(codes)s.", codes=", ".join(gone)),
            next_step=_("Reload the page: they may have been paid meanwhile."),
        )
    for statement in chosen:
        if (statement.lender_entity_id, statement.currency) != (
            payer.entity_id, payer.currency,
        ):  # fmt: skip
            raise Refusal(
                _("%(code)s is owed by another firm or in another currency.",
                  code=statement.code),
                next_step=_("Make one file for each account that you pay from."),
            )  # fmt: skip
        require_invoiced(statement)
    return chosen


def _payee_account(statement: Statement, now: datetime) -> EntityBankAccount:
    account = account_in_use(statement.agency_entity_id, statement.currency, now.date())
    if account is None:
        raise Refusal(
            _("The agency of %(code)s has named no bank account in %(currency)s.",
              code=statement.code, currency=statement.currency),
            next_step=_("Ask it to add one to its legal entity."),
        )  # fmt: skip
    return account


def _holder(account: EntityBankAccount) -> Holder:
    entity = db.session.get_one(LegalEntity, account.entity_id)
    return Holder(entity.name, account_number(account), account.bank, account.bank_code)
