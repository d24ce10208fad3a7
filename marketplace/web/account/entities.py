"""Legal entities: the firms an organisation acts through, their tax and bank accounts."""

from decimal import Decimal

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from marketplace import accounts
from marketplace.accounts import LegalEntity, Permission, TaxKind
from marketplace.core.db import transaction
from marketplace.core.errors import Refusal
from marketplace.web.account.asking import blame
from marketplace.web.account.forms import BankAccount, Entity, Tax
from marketplace.web.security import clock, requires

pages = Blueprint("entities", __name__, url_prefix="/account/entities")

TAX_NAMES = {
    TaxKind.GENERAL: _l("General taxpayer"),
    TaxKind.SMALL_SCALE: _l("Small-scale taxpayer"),
    TaxKind.EXEMPT: _l("Exempt"),
}


@pages.get("")
@requires(Permission.ENTITY_EDIT)
def index() -> ResponseReturnValue:
    return _page(_entity_form())


@pages.post("")
@requires(Permission.ENTITY_EDIT)
def add() -> ResponseReturnValue:
    form = _entity_form()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with transaction():
            accounts.add_entity(
                name=form.name.data,
                uscc=form.uscc.data,
                registry_proof=form.registry_proof.data or "",
                tax=TaxKind(form.tax.data),
                tax_rate_bps=_bps(form.tax_rate.data),
                by=current_user,
                now=clock(),
            )
    except Refusal as refusal:
        blame(form.uscc, refusal)
        return _page(form), 422
    flash(_("The firm is registered."), "ok")
    return redirect(url_for("account.entities.index"), 303)


@pages.get("/<code>")
@requires(Permission.ENTITY_EDIT)
def show(code: str) -> ResponseReturnValue:
    return _entity_page(accounts.owned_entity(code, by=current_user))


@pages.post("/<code>/bank-accounts")
@requires(Permission.ENTITY_EDIT)
def add_bank_account(code: str) -> ResponseReturnValue:
    entity = accounts.owned_entity(code, by=current_user)
    form = BankAccount()
    if not form.validate_on_submit():
        return _entity_page(entity, bank=form), 422
    try:
        with transaction():
            accounts.add_bank_account(
                entity,
                bank=form.bank.data,
                number=form.number.data,
                bank_code=form.bank_code.data or "",
                currency=form.currency.data,
                by=current_user,
                now=clock(),
            )
    except Refusal as refusal:
        blame(form.number, refusal)
        return _entity_page(entity, bank=form), 422
    flash(_("The bank account is added."), "ok")
    return redirect(url_for("account.entities.show", code=code), 303)


@pages.post("/<code>/tax-statuses")
@requires(Permission.ENTITY_EDIT)
def set_tax_status(code: str) -> ResponseReturnValue:
    entity = accounts.owned_entity(code, by=current_user)
    form = _tax_form()
    if not form.validate_on_submit():
        return _entity_page(entity, tax=form), 422
    try:
        with transaction():
            accounts.set_tax_status(
                entity,
                kind=TaxKind(form.tax.data),
                rate_bps=_bps(form.tax_rate.data),
                valid_from=form.valid_from.data,
                by=current_user,
                now=clock(),
            )
    except Refusal as refusal:
        blame(form.valid_from, refusal)
        return _entity_page(entity, tax=form), 422
    flash(_("The tax status is noted."), "ok")
    return redirect(url_for("account.entities.show", code=code), 303)


def _bps(percent: Decimal) -> int:
    return int((percent * 100).to_integral_value())


def _tax_choices() -> list[tuple[str, str]]:
    return [(kind.value, str(name)) for kind, name in TAX_NAMES.items()]


def _entity_form() -> Entity:
    form = Entity()
    form.tax.choices = _tax_choices()
    return form


def _tax_form() -> Tax:
    form = Tax()
    form.tax.choices = _tax_choices()
    return form


def _page(form: Entity) -> str:
    organisation_id = current_user.organisation_id
    today = clock().date()
    statuses = accounts.tax_statuses_of(organisation_id)
    return render_template(
        "account/entities/index.html",
        entities=accounts.entities_of(organisation_id),
        taxes={
            entity_id: next((row for row in rows if row.valid_from <= today), None)
            for entity_id, rows in statuses.items()
        },
        bank_accounts=accounts.bank_accounts_of(organisation_id),
        form=form,
        tax_names=TAX_NAMES,
    )


def _entity_page(
    entity: LegalEntity, *, bank: BankAccount | None = None, tax: Tax | None = None
) -> str:
    organisation_id = current_user.organisation_id
    return render_template(
        "account/entities/show.html",
        entity=entity,
        taxes=accounts.tax_statuses_of(organisation_id).get(entity.id, []),
        bank_accounts=accounts.bank_accounts_of(organisation_id).get(entity.id, []),
        bank_form=bank or BankAccount(),
        tax_form=tax or _tax_form(),
        tax_names=TAX_NAMES,
    )
