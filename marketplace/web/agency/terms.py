"""The terms an agency is paid by, and how its conduct was scored."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import accounts, placements, settlement
from marketplace.accounts import Permission
from marketplace.core.db import transaction
from marketplace.web import inputs
from marketplace.web.language import language
from marketplace.web.security import clock, requires

pages = Blueprint("terms", __name__, url_prefix="/terms")


@pages.get("/")
@requires(Permission.STATEMENT_VIEW)
def index() -> ResponseReturnValue:
    mine = current_user.organisation_id
    versions, scores = settlement.terms_with(mine), settlement.scores_with(mine)
    contracts = placements.contracts_with(mine)
    lenders = (
        {one.lender_id for one in contracts}
        | {one.lender_id for one in versions}
        | {one.lender_id for one in scores}
    )
    return render_template(
        "agency/terms/index.html",
        versions=versions,
        scores=scores,
        contracts=contracts,
        methods=settlement.METHODS,
        holds=settlement.HOLDS,
        usual=settlement.USUAL,
        names=accounts.organisation_names(lenders, locale=language()),
    )


@pages.post("/<int:terms_id>/agree")
@requires(Permission.STATEMENT_CONFIRM)
def agree(terms_id: int) -> ResponseReturnValue:
    with transaction():
        settlement.agree_to_terms(terms_id, by=current_user, now=clock())
    flash(_("Agreed. Statements are reckoned by it from its first day on."), "ok")
    return redirect(url_for(".index"), code=303)


@pages.post("/scores/<int:score_id>/appeal")
@requires(Permission.STATEMENT_CONFIRM)
def appeal(score_id: int) -> ResponseReturnValue:
    with transaction():
        settlement.appeal_score(score_id, inputs.text("appeal"), by=current_user, now=clock())
    flash(_("Appealed. Until it is decided the score does not count."), "ok")
    return redirect(url_for(".index"), code=303)
