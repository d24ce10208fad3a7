"""Legal entities: the firms in law that an organisation acts through."""

import re
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.accounts.models import MEMBERS, User
from marketplace.audit import record
from marketplace.core.checks import iban_is_valid, looks_like_iban, uscc_is_valid
from marketplace.core.db import Model, db, public_code
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.installation import vault
from marketplace.core.tenancy import ORG, WRITABLE, Audience, Policy
from marketplace.core.words import _

_BANK_CODE = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?|\d{12}")


class TaxKind(StrEnum):
    GENERAL = "general"
    SMALL_SCALE = "small_scale"
    EXEMPT = "exempt"


class LegalEntity(Model):
    __tablename__ = "legal_entities"
    __table_args__ = (UniqueConstraint("organisation_id", "id"),)
    # The name and code of a firm are on every public register.
    policies: ClassVar = (
        *(Policy(audience, "true") for audience in MEMBERS),
        *(
            Policy(audience, f"organisation_id = {ORG}", "insert, update")
            for audience in (Audience.LENDER, Audience.AGENCY)
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = public_code("LE")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[str]
    uscc: Mapped[str | None] = mapped_column(unique=True)
    registry_proof: Mapped[str | None]
    country: Mapped[str] = mapped_column(default="CN")
    created_at: Mapped[datetime]


class TaxStatus(Model):
    """What a legal entity charges VAT at, from a day on."""

    __tablename__ = "tax_statuses"
    __table_args__ = (
        UniqueConstraint("entity_id", "valid_from"),
        CheckConstraint("rate_bps BETWEEN 0 AND 2500", "rate_plausible"),
    )
    policies: ClassVar = (
        *(Policy(audience, "true") for audience in MEMBERS),
        *(
            Policy(
                audience,
                "EXISTS (SELECT 1 FROM legal_entities e WHERE e.id = entity_id"
                f" AND e.organisation_id = {ORG})",
                "insert",
            )
            for audience in (Audience.LENDER, Audience.AGENCY)
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entities.id"))
    kind: Mapped[TaxKind]
    rate_bps: Mapped[int]
    valid_from: Mapped[date]


_PAID_BY_ME = (
    "EXISTS (SELECT 1 FROM framework_contracts c WHERE c.agency_entity_id = entity_id"
    f" AND c.lender_id = {ORG})"
)


class EntityBankAccount(Model):
    """Where a legal entity is paid. The number is sealed."""

    __tablename__ = "entity_bank_accounts"
    policies: ClassVar = (
        # A lender pays the firms that it has a contract with.
        Policy(Audience.LENDER, f"organisation_id = {ORG} OR {_PAID_BY_ME}"),
        Policy(Audience.LENDER, f"organisation_id = {ORG}", "insert, update"),
        Policy(Audience.AGENCY, f"organisation_id = {ORG}", WRITABLE),
        Policy(Audience.FINANCE, "true"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("legal_entities.id"), index=True)
    bank: Mapped[str]
    bank_code: Mapped[str] = mapped_column(default="")
    """A BIC, or the twelve digits of a Chinese bank (联行号)."""

    sealed_number: Mapped[bytes]
    last_four: Mapped[str]
    currency: Mapped[str] = mapped_column(default="CNY")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


def add_entity(
    *, name: str, uscc: str, registry_proof: str, tax: TaxKind, tax_rate_bps: int, by: User,
    now: datetime,
) -> LegalEntity:  # fmt: skip
    """Register one of the organisation's firms.

    Early pilot codes exist in law and fail the check digit: they need a registry proof.
    """
    uscc = uscc.strip().upper()
    if not uscc_is_valid(uscc) and not registry_proof.strip():
        raise Refusal(
            _("The code %(uscc)s does not pass its check digit.", uscc=uscc),
            next_step=_("Check it, or name the registry document that proves it."),
        )
    if db.session.scalar(select(LegalEntity.id).where(LegalEntity.uscc == uscc)):
        raise Refusal(_("A legal entity with this code is already registered."))
    entity = LegalEntity(
        organisation_id=by.organisation_id,
        name=name.strip(),
        uscc=uscc,
        registry_proof=registry_proof.strip() or None,
        created_at=now,
    )
    db.session.add(entity)
    db.session.flush()
    db.session.add(
        TaxStatus(entity_id=entity.id, kind=tax, rate_bps=tax_rate_bps, valid_from=now.date())
    )
    record("entity.added", entity, by=by, now=now, uscc=uscc)
    return entity


def add_bank_account(
    entity: LegalEntity, *, bank: str, number: str, currency: str, by: User, now: datetime,
    bank_code: str = "",
) -> EntityBankAccount:  # fmt: skip
    digits, code = "".join(number.split()).upper(), "".join(bank_code.split()).upper()
    if not digits.isalnum() or not 6 <= len(digits) <= 34:
        raise Refusal(
            _("An account number has 6 to 34 letters and digits."),
            next_step=_("Copy it from the bank's letter and try again."),
        )
    if looks_like_iban(digits) and not iban_is_valid(digits):
        raise Refusal(
            _("The check digits of this IBAN are wrong."),
            next_step=_("Copy it from the bank's letter and try again."),
        )
    if code and not _BANK_CODE.fullmatch(code):
        raise Refusal(
            _("A bank code is a BIC, or the twelve digits of a Chinese bank."),
            next_step=_("Ask the bank for it, or leave the field empty."),
        )
    if entity.organisation_id != by.organisation_id:
        raise NotFound
    account = EntityBankAccount(
        organisation_id=by.organisation_id,
        entity_id=entity.id,
        bank=bank.strip(),
        bank_code=code,
        sealed_number=vault().seal(digits.encode(), place=f"bank:{entity.id}"),
        last_four=digits[-4:],
        currency=currency,
        valid_from=now.date(),
    )
    db.session.add(account)
    record("bank_account.added", account, by=by, now=now, entity_id=entity.id)
    return account


def account_in_use(entity_id: int, currency: str, on: date) -> EntityBankAccount | None:
    """Where an entity is paid in a currency on a day: the account it named last."""
    return db.session.scalar(
        select(EntityBankAccount)
        .where(
            EntityBankAccount.entity_id == entity_id,
            EntityBankAccount.currency == currency,
            EntityBankAccount.valid_from <= on,
            EntityBankAccount.valid_to.is_(None) | (EntityBankAccount.valid_to >= on),
        )
        .order_by(EntityBankAccount.valid_from.desc(), EntityBankAccount.id.desc())
        .limit(1)
    )


def account_number(account: EntityBankAccount) -> str:
    """The number itself. Whoever asks puts on record what for."""
    place = f"bank:{account.entity_id}"
    return vault().open(account.sealed_number, place=place).decode()


def set_tax_status(
    entity: LegalEntity, *, kind: TaxKind, rate_bps: int, valid_from: date, by: User,
    now: datetime,
) -> TaxStatus:  # fmt: skip
    """What the entity charges from a day on. Days that have begun are history."""
    if entity.organisation_id != by.organisation_id:
        raise NotFound
    if not 0 <= rate_bps <= 2500:
        raise Refusal(_("A VAT rate lies between 0 and 25 percent."))
    if (kind is TaxKind.EXEMPT) is not (rate_bps == 0):
        raise Refusal(
            _("Whoever is exempt charges no VAT, and nobody else charges 0 percent."),
            next_step=_("Enter the rate of the status: 0 if exempt, such as 6, 3 or 1 if not."),
        )
    if valid_from <= now.date():
        raise Refusal(
            _("A tax status starts on a day to come."),
            next_step=_("Statements already drawn up keep the rate of their day."),
        )
    known = select(TaxStatus.id).where(
        TaxStatus.entity_id == entity.id, TaxStatus.valid_from == valid_from
    )
    if db.session.scalar(known):
        raise Refusal(_("There is a tax status from this day already."))
    status = TaxStatus(entity_id=entity.id, kind=kind, rate_bps=rate_bps, valid_from=valid_from)
    db.session.add(status)
    record("tax_status.set", status, by=by, now=now, entity_id=entity.id, rate_bps=rate_bps)
    return status


def owned_entity(code: str, *, by: User) -> LegalEntity:
    entity = db.session.scalar(
        select(LegalEntity).where(
            LegalEntity.code == code, LegalEntity.organisation_id == by.organisation_id
        )
    )
    if entity is None:
        raise NotFound
    return entity


def tax_statuses_of(organisation_id: int) -> dict[int, list[TaxStatus]]:
    """The tax statuses of each of an organisation's entities, the latest first."""
    rows = db.session.scalars(
        select(TaxStatus)
        .join(LegalEntity, LegalEntity.id == TaxStatus.entity_id)
        .where(LegalEntity.organisation_id == organisation_id)
        .order_by(TaxStatus.valid_from.desc())
    )
    found: dict[int, list[TaxStatus]] = {}
    for row in rows:
        found.setdefault(row.entity_id, []).append(row)
    return found


def bank_accounts_of(organisation_id: int) -> dict[int, list[EntityBankAccount]]:
    """The bank accounts of each of an organisation's entities."""
    rows = db.session.scalars(
        select(EntityBankAccount)
        .where(EntityBankAccount.organisation_id == organisation_id)
        .order_by(EntityBankAccount.id)
    )
    found: dict[int, list[EntityBankAccount]] = {}
    for row in rows:
        found.setdefault(row.entity_id, []).append(row)
    return found


def entities_of(organisation_id: int) -> list[LegalEntity]:
    return list(
        db.session.scalars(
            select(LegalEntity)
            .where(LegalEntity.organisation_id == organisation_id)
            .order_by(LegalEntity.id)
        )
    )


def tax_rate_bps(entity_id: int, on: date) -> int:
    """The VAT rate of an entity on a day; 0 before its first status."""
    rate = db.session.scalar(
        select(TaxStatus.rate_bps)
        .where(TaxStatus.entity_id == entity_id, TaxStatus.valid_from <= on)
        .order_by(TaxStatus.valid_from.desc())
        .limit(1)
    )
    return rate or 0
