"""What an agency collected: claims brought in, what became of each, and what still waits."""

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
from marketplace.web.ageing import ageing_charts
from marketplace.web.agency import flows
from marketplace.web.downloads import CSV, download
from marketplace.web.language import language
from marketplace.web.security import clock, requires
from marketplace.web.vocabulary import word

pages = Blueprint("intake", __name__, url_prefix="/intake")
pages.add_url_rule("/flows", "flows", flows.index)
pages.add_url_rule("/flows.csv", "flows_table", flows.export)


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
    rows = intake.claims_of(current_user.organisation_id, _list(), size=None)
    headers = [
        _("Claim"), _("Month of payments"), _("Case number"), _("Value date"), _("Currency"),
        _("Amount"), _("Kind of group"), _("What is missing"), _("What the lender decided"),
        _("Reason"), _("Payments"),
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
            word(f"claim_{row.state}"),
            word(f"code_{row.reason_code}") if row.reason_code else "",
            row.payments or "",
        ]
        for row in rows
    ]
    return download(csv_file(headers, cells), "claims.csv", CSV)


def _list() -> str:
    asked = request.args.get("show", "")
    return asked if asked in intake.CLAIM_LISTS else intake.CLAIM_LISTS[0]


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
    page, mine = inputs.page_number(), current_user.organisation_id
    rows, files = intake.claims_of(mine, _list(), page=page), intake.claim_files(mine)
    lenders = {row.lender_id for row in rows} | {file.lender_id for file in files}
    return render_template(
        "agency/intake/index.html",
        error=error,
        rows=rows,
        total=rows[0].total if rows else 0,
        page=page,
        size=intake.PAGE,
        shown=_list(),
        ageing=ageing_charts(intake.claims_ageing(mine, on=clock().date())),
        files=files,
        lenders=intake.lenders_of(mine),
        names=organisation_names(lenders, locale=language()),
        columns=intake.CLAIM_COLUMNS,
        current=f"{clock():%Y-%m}",
        typed=request.form,
    )
