"""The agencies a lender works with: credentials, contracts, its own published list."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import accounts, licences, placements, rails
from marketplace.accounts import Kind, Permission
from marketplace.core.db import transaction
from marketplace.placements import Rail
from marketplace.web import inputs
from marketplace.web.lender import flows
from marketplace.web.security import clock, requires

pages = Blueprint("agencies", __name__, url_prefix="/agencies")
pages.add_url_rule("/<short_code>/flows", "flows", flows.index)
pages.add_url_rule("/<short_code>/flows.csv", "flows_table", flows.export)


@pages.get("/")
@requires(Permission.AUCTION_VIEW)
def index() -> ResponseReturnValue:
    today = clock().date()
    agencies = accounts.organisations_of_kind(Kind.AGENCY)
    return render_template(
        "lender/agencies/index.html",
        agencies=agencies,
        coverage=licences.coverage_of([agency.id for agency in agencies], today),
        papers={
            agency.id: placements.papers_in_force(
                current_user.organisation_id, agency.id, today
            )
            for agency in agencies
        },
    )


@pages.get("/<short_code>")
@requires(Permission.AUCTION_VIEW)
def show(short_code: str) -> ResponseReturnValue:
    agency = accounts.agency_by_short_code(short_code)
    lender_id = current_user.organisation_id
    return render_template(
        "lender/agencies/show.html",
        agency=agency,
        today=clock().date(),
        credentials=licences.credentials_of(agency.id),
        contracts=placements.contracts_of(lender_id, agency.id),
        agreements=placements.agreements_of(lender_id, agency.id),
        approvals=placements.approvals_of(lender_id, agency.id),
        papers=placements.papers_in_force(lender_id, agency.id, clock().date()),
        own_entities=accounts.entities_of(lender_id),
        their_entities=accounts.entities_of(agency.id),
        longest_tail=placements.LONGEST_TAIL,
        rails=list(Rail) if rails.is_on() else [Rail.BANK],
    )


@pages.post("/<short_code>/contracts")
@requires(Permission.CONTRACT_EDIT)
def contract(short_code: str) -> ResponseReturnValue:
    agency = accounts.agency_by_short_code(short_code)
    with transaction():
        placements.record_contract(
            agency_id=agency.id,
            lender_entity_id=inputs.whole("lender_entity", _("Our entity")),
            agency_entity_id=inputs.whole("agency_entity", _("Their entity")),
            number=inputs.text("number"),
            valid_from=inputs.day("valid_from", _("Valid from")),
            valid_to=inputs.day("valid_to", _("Valid to")),
            tail_days=inputs.whole("tail_days", _("Days after the recall in which cash earns")),
            rail=Rail.STRIPE if inputs.text("rail") == Rail.STRIPE else Rail.BANK,
            by=current_user,
            now=clock(),
        )
    flash(_("The contract is recorded."), "ok")
    return redirect(url_for(".show", short_code=short_code), code=303)


@pages.post("/<short_code>/agreements")
@requires(Permission.CONTRACT_EDIT)
def agreement(short_code: str) -> ResponseReturnValue:
    agency = accounts.agency_by_short_code(short_code)
    contract_id = inputs.whole("contract", _("Contract"))
    contracts = placements.contracts_of(current_user.organisation_id, agency.id)
    under = next((one for one in contracts if one.id == contract_id), None)
    if under is None:
        abort(404)
    with transaction():
        placements.record_agreement(
            under,
            number=inputs.text("number"),
            impact_assessment=inputs.text("impact_assessment"),
            fields=["name", "mobile", "balance"],
            valid_from=inputs.day("valid_from", _("Valid from")),
            valid_to=inputs.day("valid_to", _("Valid to")),
            by=current_user,
            now=clock(),
        )
    flash(_("The data-processing agreement is recorded."), "ok")
    return redirect(url_for(".show", short_code=short_code), code=303)


@pages.post("/<short_code>/approvals")
@requires(Permission.CONTRACT_EDIT)
def approval(short_code: str) -> ResponseReturnValue:
    agency = accounts.agency_by_short_code(short_code)
    with transaction():
        placements.approve_agency(
            agency.id,
            published_url=inputs.text("published_url"),
            published_on=inputs.day("published_on", _("Published on")),
            valid_to=inputs.day("valid_to", _("Valid to")),
            by=current_user,
            now=clock(),
        )
    flash(_("The approval is recorded."), "ok")
    return redirect(url_for(".show", short_code=short_code), code=303)


@pages.post("/<short_code>/approvals/<int:approval_id>/withdraw")
@requires(Permission.CONTRACT_EDIT)
def withdraw(short_code: str, approval_id: int) -> ResponseReturnValue:
    with transaction():
        placements.withdraw_approval(approval_id, by=current_user, now=clock())
    flash(_("The approval is withdrawn from today."), "ok")
    return redirect(url_for(".show", short_code=short_code), code=303)
