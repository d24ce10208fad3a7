"""What an agency collected: claims brought in, and what is missing of each."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import intake
from marketplace.accounts import Permission, organisation_names
from marketplace.core.db import transaction
from marketplace.core.errors import Refusal
from marketplace.core.exports import csv_file
from marketplace.core.money import in_figures
from marketplace.web import inputs, intake_pages
from marketplace.web.downloads import CSV, download
from marketplace.web.language import language
from marketplace.web.security import clock, requires
from marketplace.web.vocabulary import word

pages = Blueprint("intake", __name__, url_prefix="/intake")


@pages.get("/")
@requires(Permission.PAYMENT_REPORT)
def index() -> ResponseReturnValue:
    return _index()


@pages.post("/")
@requires(Permission.PAYMENT_REPORT)
def bring() -> ResponseReturnValue:
    try:
        with transaction():
            _brought()
    except Refusal as error:
        return _index(error), 422
    flash(_("The claims are kept. What became of each shows once they are matched."), "ok")
    return redirect(url_for(".index"), code=303)


@pages.get("/claims.csv")
@requires(Permission.PAYMENT_REPORT)
def export() -> ResponseReturnValue:
    rows = intake.claims_of(current_user.organisation_id, missing=_missing(), size=None)
    headers = [
        _("Claim"), _("Month of payments"), _("Case number"), _("Value date"), _("Currency"),
        _("Amount"), _("Kind of group"), _("What is missing"),
    ]  # fmt: skip
    cells = [
        [
            row.claim_id,
            f"{row.month_start:%Y-%m}",
            row.number,
            str(row.value_on),
            row.currency,
            in_figures(row.amount_minor, row.currency),
            word(f"class_{row.kind}") if row.kind else "",
            " ".join(word(f"why_{one}") for one in row.reasons or ()),
        ]
        for row in rows
    ]
    return download(csv_file(headers, cells), "claims.csv", CSV)


def _missing() -> bool:
    return request.args.get("all") is None


def _brought() -> None:
    name, content = inputs.uploaded("file", _("Agency's claims"))
    file = request.files.get("profile")
    given = file is not None and file.filename
    intake.bring_claims(
        name,
        content,
        lender_id=inputs.whole("lender", _("Lender")),
        month=intake_pages.typed_month(inputs.text("month")),
        profile=inputs.uploaded("profile", _("Profile"))[1] if given else None,
        by=current_user,
        now=clock(),
    )


def _index(error: Refusal | None = None) -> str:
    page = inputs.page_number()
    rows = intake.claims_of(current_user.organisation_id, missing=_missing(), page=page)
    return render_template(
        "agency/intake/index.html",
        error=error,
        rows=rows,
        total=rows[0].total if rows else 0,
        page=page,
        size=intake.PAGE,
        missing=_missing(),
        lenders=intake.lenders_of(current_user.organisation_id),
        names=organisation_names({row.lender_id for row in rows}, locale=language()),
        columns=intake.CLAIM_COLUMNS,
        current=f"{clock():%Y-%m}",
        typed=request.form,
    )
