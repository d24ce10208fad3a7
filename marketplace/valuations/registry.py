"""The model registry: which version values a market's books, and the two people who said so."""

import hashlib
import tempfile
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select

import pricing
from marketplace import audit
from marketplace.accounts import Kind, User
from marketplace.core.db import db, queue_up
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.installation import files
from marketplace.core.words import _
from marketplace.valuations.models import ModelStatus, ValuationModel

HORIZON_MONTHS = 12
CURRENCIES = {"CN": "CNY", "EU": "EUR", "US": "USD"}
"""The currency each market's models are learned in."""

MARKETS = tuple(CURRENCIES)
_MAY_BE_NOMINATED = (ModelStatus.FITTED, ModelStatus.RETIRED)


def active_version(market: str) -> ValuationModel | None:
    """The version in force, or None while nobody has decided: then the prior alone values."""
    return db.session.scalar(
        select(ValuationModel).where(
            ValuationModel.market == market, ValuationModel.status == ModelStatus.ACTIVE
        )
    )


def model_of(version: ValuationModel | None, market: str) -> pricing.Model:
    """The valuation model itself, of a version or of the market's published prices."""
    if version is None or version.file_key is None:
        return pricing.Model.from_prior(
            pricing.Prior.default(version.market if version else market)
        )
    return _opened(version.file_key, str(version.sha256))


def versions(market: str | None = None) -> list[ValuationModel]:
    """Every version, newest first."""
    found = select(ValuationModel).order_by(ValuationModel.market, ValuationModel.id.desc())
    return list(
        db.session.scalars(found.where(ValuationModel.market == market) if market else found)
    )


def version_by_code(code: str) -> ValuationModel:
    version = db.session.scalar(select(ValuationModel).where(ValuationModel.code == code))
    if version is None:
        raise NotFound
    return version


def register(
    market: str, model: pricing.Model, *, now: datetime, **card: object
) -> ValuationModel:
    """Keep a freshly fitted model with its card; it values nothing until two people say so."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        model.save(path)
        content = path.read_bytes()
    first = begin(market, now=now)
    version = ValuationModel(
        market=market,
        version=1 + max((one.version for one in versions(market)), default=first.version),
        horizon_months=model.horizon,
        fitted_at=now,
        file_key=files().put(content),
        sha256=hashlib.sha256(content).hexdigest(),
        **card,
    )
    db.session.add(version)
    audit.record(
        "model.fitted", version, by=None, now=now, market=market, version=version.version,
        sha256=version.sha256, n_outcomes=version.n_outcomes, n_lots=version.n_lots,
        objections=version.objections,
    )  # fmt: skip
    return version


def begin(market: str, *, now: datetime) -> ValuationModel:
    """Version 0 of a market: the published prices, in force from the beginning."""
    queue_up("valuation models", _number(market))
    found = db.session.scalar(
        select(ValuationModel).where(
            ValuationModel.market == market, ValuationModel.version == 0
        )
    )
    if found is None:
        found = ValuationModel(
            market=market,
            version=0,
            status=ModelStatus.ACTIVE,
            horizon_months=HORIZON_MONTHS,
            fitted_at=now,
        )
        db.session.add(found)
        db.session.flush()
    return found


def nominate(code: str, *, reason: str, by: User, now: datetime) -> ValuationModel:
    """Ask for a version to come into force: a newer one, or an earlier one again (rollback)."""
    version = _locked(code, by)
    if version.status is ModelStatus.UNFIT:
        raise Refusal(
            _("This version did worse than what it would replace: it cannot be proposed."),
            next_step=_("Read its card; the next refit may do better."),
        )
    if version.status not in _MAY_BE_NOMINATED:
        raise Refusal(_("This version is already proposed or in force."))
    if not reason.strip():
        raise Refusal(
            _("A proposal needs a reason."),
            next_step=_("Say in a sentence why this version should value books."),
        )
    others = select(ValuationModel.code).where(
        ValuationModel.market == version.market,
        ValuationModel.status == ModelStatus.NOMINATED,
    )
    other = db.session.scalar(others)
    if other is not None:
        raise Refusal(
            _("%(code)s is already proposed for this market.", code=other),
            next_step=_("Decide on that one, or withdraw it, first."),
        )
    version.status, version.reason = ModelStatus.NOMINATED, reason.strip()
    version.nominated_by_id, version.nominated_at = by.id, now
    version.activated_by_id = version.activated_at = None
    audit.record("model.nominated", version, by=by, now=now, market=version.market,
                 version=version.version)  # fmt: skip
    return version


def activate(code: str, *, by: User, now: datetime) -> ValuationModel:
    """Let a proposed version value its market's books from now on; the one before retires."""
    version = _locked(code, by)
    _check_nominated(version)
    if version.nominated_by_id == by.id:
        raise Refusal(
            _("You proposed this version yourself: a second person must bring it into force."),
            next_step=_("Ask a colleague."),
        )
    before = active_version(version.market)
    if before is not None:
        before.status, before.retired_at = ModelStatus.RETIRED, now
        db.session.flush()
    version.status, version.retired_at = ModelStatus.ACTIVE, None
    version.activated_by_id, version.activated_at = by.id, now
    audit.record(
        "model.activated", version, by=by, now=now, market=version.market,
        version=version.version, before=before.version if before else None,
    )  # fmt: skip
    return version


def withdraw(code: str, *, by: User, now: datetime) -> ValuationModel:
    """Take a proposal back, or turn it down."""
    version = _locked(code, by)
    _check_nominated(version)
    version.status = ModelStatus.RETIRED if version.retired_at else ModelStatus.FITTED
    audit.record("model.withdrawn", version, by=by, now=now, market=version.market,
                 version=version.version)  # fmt: skip
    return version


def _check_nominated(version: ValuationModel) -> None:
    if version.status is not ModelStatus.NOMINATED:
        raise Refusal(
            _("This version is not proposed."), next_step=_("Propose it first, with a reason.")
        )


def _locked(code: str, by: User) -> ValuationModel:
    if by.organisation.kind is not Kind.PLATFORM:
        raise NotFound
    version = version_by_code(code)
    queue_up("valuation models", _number(version.market))
    db.session.refresh(version)
    return version


def _number(market: str) -> int:
    return MARKETS.index(market)


@lru_cache(maxsize=len(MARKETS))
def _opened(file_key: str, sha256: str) -> pricing.Model:
    content = files().get(file_key)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError("the stored model is not the one that was registered")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        path.write_bytes(content)
        return pricing.Model.load(path)
