"""A lender's terms of commission with an agency, and its scores of the agency's conduct."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import accounts, placements, settlement
from marketplace.accounts import Organisation, Permission
from marketplace.core.db import transaction
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.money import MINOR_DIGITS
from marketplace.placements import FrameworkContract
from marketplace.portfolios import Product
from marketplace.settlement import RateBasis, TierMode
from marketplace.web import inputs
from marketplace.web.security import clock, requires

pages = Blueprint("terms", __name__, url_prefix="/terms")

ROWS = 8
"""Rows of the table that the form offers."""

TIERS = 3


@pages.get("/<short_code>")
@requires(Permission.STATEMENT_VIEW)
def show(short_code: str) -> ResponseReturnValue:
    return _page(accounts.agency_by_short_code(short_code))


@pages.post("/<short_code>/<int:contract_id>")
@requires(Permission.CONTRACT_EDIT)
def propose(short_code: str, contract_id: int) -> ResponseReturnValue:
    agency = accounts.agency_by_short_code(short_code)
    contract = _contract(agency, contract_id)
    try:
        with transaction():
            settlement.propose_terms(
                contract.id, **_terms(contract), by=current_user, now=clock()
            )
    except Refusal as error:
        return _page(agency, error), 422
    flash(_("Proposed. The agency must agree before it counts."), "ok")
    return redirect(url_for(".show", short_code=short_code), code=303)


@pages.post("/<short_code>/scores")
@requires(Permission.HOLD_PLACE)
def score(short_code: str) -> ResponseReturnValue:
    agency = accounts.agency_by_short_code(short_code)
    with transaction():
        settlement.score_quality(
            agency.id,
            inputs.day("month", _("Month")),
            inputs.percent_bps("score", _("Score")),
            source=inputs.text("source"),
            by=current_user,
            now=clock(),
        )
    flash(_("The score is recorded. The agency may appeal."), "ok")
    return redirect(url_for(".show", short_code=short_code), code=303)


@pages.post("/<short_code>/scores/<int:score_id>/decision")
@requires(Permission.CONTRACT_EDIT)
def decide(short_code: str, score_id: int) -> ResponseReturnValue:
    with transaction():
        settlement.decide_appeal(
            score_id, inputs.text("decision"), by=current_user, now=clock()
        )
    flash(_("Decided."), "ok")
    return redirect(url_for(".show", short_code=short_code), code=303)


def _page(agency: Organisation, error: Refusal | None = None) -> str:
    lender_id = current_user.organisation_id
    contracts = placements.contracts_of(lender_id, agency.id)
    return render_template(
        "lender/terms/show.html",
        agency=agency,
        error=error,
        typed=request.form,
        contracts=[
            (one, settlement.terms_of(one.id), placements.currencies_under(one.id))
            for one in contracts
        ],
        currencies=list(MINOR_DIGITS),
        scores=settlement.scores_of(lender_id, agency.id),
        methods=settlement.METHODS,
        holds=settlement.HOLDS,
        usual=settlement.USUAL,
        products=[product.value for product in Product],
        bases=[basis.value for basis in RateBasis],
        modes=[mode.value for mode in TierMode],
        rows=ROWS,
        tiers=TIERS,
        today=clock().date(),
    )


def _terms(contract: FrameworkContract) -> dict[str, Any]:
    placed = placements.currencies_under(contract.id)
    usual = placed[0] if len(placed) == 1 else ""
    currency = inputs.one_of("currency", _("Currency of the tiers"), (usual, *MINOR_DIGITS))
    # Without a currency the digits do not matter: tiers by cash are refused then.
    rows = [_row(i, currency or "CNY") for i in range(ROWS) if _filled(i)]
    return {
        "valid_from": inputs.day("valid_from", _("Valid from")),
        "basis": inputs.one_of("basis", _("Which day decides the version"), RateBasis),
        "rates_include_tax": inputs.one_of("rates_include_tax", _("VAT"), ("", "yes")) == "yes",
        "tier_mode": inputs.one_of("tier_mode", _("Tiers"), TierMode),
        "scale": rows,
        "currency": currency or None,
        "paid_for": {
            method: request.form.getlist(f"paid-{method}") for method in settlement.METHODS
        },
        "from_first_activity": bool(request.form.get("from_first_activity")),
        "holdback_bps": inputs.percent_bps("holdback", _("Holdback")),
        "holdback_days": inputs.whole("holdback_days", _("Days of holdback")),
    }


def _filled(i: int) -> bool:
    """Whether anything was entered in a row of the table."""
    return any(inputs.text(name) for name in request.form if name.startswith(f"row-{i}-"))


def _row(i: int, currency: str) -> dict[str, Any]:
    label = _("Row %(n)s", n=i + 1)

    def span(name: str, first: int, last: int) -> list[int]:
        ends = []
        for end, usual in (("from", first), ("to", last)):
            field = f"row-{i}-{name}-{end}"
            ends.append(inputs.whole(field, label) if inputs.text(field) else usual)
        return ends

    def flag(name: str) -> bool | None:
        chosen = inputs.one_of(f"row-{i}-{name}", label, ("", "yes", "no"))
        return chosen == "yes" if chosen else None

    product = inputs.one_of(f"row-{i}-product", label, ("", *(one.value for one in Product)))
    return {
        "rounds": span("round", 1, 99),
        "dpd": span("dpd", 0, 7300),
        "product": product or None,
        "secured": flag("secured"),
        "litigated": flag("litigated"),
        "tiers": _tiers(i, label, currency),
    }


def _tiers(i: int, label: str, currency: str) -> list[list[int | None]]:
    """The tiers of a row, up to the last of which anything was entered; the first always."""
    rates = [f"row-{i}-rate-{n}" for n in range(TIERS)]
    ends = [f"row-{i}-end-{n}" for n in range(TIERS)]
    last = max(
        (n for n in range(TIERS) if inputs.text(rates[n]) or inputs.text(ends[n])), default=0
    )
    tiers: list[list[int | None]] = []
    for n in range(last + 1):
        if not inputs.text(rates[n]):
            raise Refusal(
                _("%(row)s has no rate %(n)s.", row=label, n=n + 1),
                next_step=_("Enter the rate, or empty the row."),
            )
        up_to = inputs.amount_minor_or_none(ends[n], label, currency)
        tiers.append([up_to, inputs.percent_bps(rates[n], label)])
    return tiers


def _contract(agency: Organisation, contract_id: int) -> FrameworkContract:
    mine = placements.contracts_of(current_user.organisation_id, agency.id)
    found = next((one for one in mine if one.id == contract_id), None)
    if found is None:
        raise NotFound
    return found
