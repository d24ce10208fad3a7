"""The import wizard: upload, columns, issues, totals, commit."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from marketplace import accounts, portfolios
from marketplace.accounts import Permission
from marketplace.core.db import transaction
from marketplace.core.errors import Refusal, StaleForm
from marketplace.core.installation import installed
from marketplace.portfolios import ColumnTarget, Tape, TapeStatus
from marketplace.web import inputs
from marketplace.web.downloads import XLSX, download
from marketplace.web.security import clock, requires

pages = Blueprint("tapes", __name__, url_prefix="/tapes")
PAGE = 50


@pages.get("/new")
@requires(Permission.TAPE_IMPORT)
def new() -> ResponseReturnValue:
    return _form()


@pages.post("/")
@requires(Permission.TAPE_IMPORT)
def upload() -> ResponseReturnValue:
    try:
        tape = _tape_of_upload(code) if (code := inputs.text("upload")) else _tape_of_form()
    except Refusal as error:
        return _form(error), 422
    url = url_for(".show", code=tape.code)
    if request.headers.get("X-Requested-With") == "upload":
        return {"next": url}
    return redirect(url, code=303)


def _tape_of_form() -> Tape:
    name, content = inputs.uploaded("file", _("Tape"))
    with transaction():
        return portfolios.upload_tape(name, content, **_about())


def _tape_of_upload(code: str) -> Tape:
    """A file that came resumably; what is refused is not kept."""
    with transaction():
        upload = portfolios.whole_upload(code, by=current_user, now=clock())
        if tape := portfolios.tape_of_upload(upload):
            return tape  # asked again: the first answer was lost on its way
    try:
        stored = portfolios.read_through(upload)
        with transaction():
            return portfolios.take_upload(code, stored, **_about())
    except Refusal:
        with transaction():
            portfolios.drop_upload(code, by=current_user)
        raise


def _about() -> dict[str, Any]:
    """What the form says of the tape, and who says it when."""
    return {
        "portfolio_name": inputs.text("name"),
        "entity_id": inputs.whole("entity", _("Legal entity")),
        "by": current_user,
        "now": clock(),
    }


@pages.get("/<code>")
@requires(Permission.TAPE_IMPORT)
def show(code: str) -> ResponseReturnValue:
    return _page(_owned(code))


@pages.get("/<code>/progress")
@requires(Permission.TAPE_IMPORT)
def progress(code: str) -> ResponseReturnValue:
    return render_template("lender/tapes/progress.html", tape=_owned(code))


@pages.post("/<code>/mapping")
@requires(Permission.TAPE_IMPORT)
def mapping(code: str) -> ResponseReturnValue:
    tape = _owned(code)
    try:
        with transaction():
            portfolios.confirm_mapping(
                tape.id,
                _chosen_mapping(tape),
                _chosen_defaults(),
                inputs.whole("rows", _("Rows")) if inputs.text("rows") else None,
                inputs.amount_minor("principal", _("Principal"))
                if inputs.text("principal")
                else None,
                inputs.whole("version", _("Version")),
                by=current_user,
                now=clock(),
            )
    except StaleForm:
        raise
    except Refusal as error:
        return _page(_owned(code), error), 422
    return redirect(url_for(".show", code=code), code=303)


@pages.post("/<code>/difference")
@requires(Permission.AUCTION_APPROVE)
def difference(code: str) -> ResponseReturnValue:
    tape = _owned(code)
    with transaction():
        portfolios.confirm_difference(tape.id, by=current_user, now=clock())
    flash(_("The difference is confirmed. The tape can be imported."), "ok")
    return redirect(url_for(".review", code=code), code=303)


@pages.get("/<code>/review")
@requires(Permission.AUCTION_APPROVE)
def review(code: str) -> ResponseReturnValue:
    """What the second person sees before confirming a difference."""
    tape = _owned(code)
    return render_template(
        "lender/tapes/review.html", tape=tape, differences=portfolios.differences(tape)
    )


@pages.post("/<code>/commit")
@requires(Permission.TAPE_IMPORT)
def commit(code: str) -> ResponseReturnValue:
    tape = _owned(code)
    with transaction():
        portfolios.request_commit(tape.id, by=current_user, now=clock())
    return redirect(url_for(".show", code=code), code=303)


@pages.post("/<code>/fix")
@requires(Permission.TAPE_IMPORT)
def fix(code: str) -> ResponseReturnValue:
    """Values typed into the grid, or the rows ticked, of the page that was open."""
    tape, reason = _owned(code), inputs.text("reason")
    version = inputs.whole("version", _("Version"))
    chosen = [int(number) for number in request.form.getlist("issue") if number.isdecimal()]
    with transaction():
        if inputs.text("act") == "leave_out":
            n = portfolios.leave_out(
                tape.id, chosen, version, reason=reason, by=current_user, now=clock()
            )
        else:
            n = portfolios.correct(
                tape.id, _typed(), version, reason=reason, by=current_user, now=clock()
            )
    return _fixed(code, n)


@pages.post("/<code>/fix-all")
@requires(Permission.TAPE_IMPORT)
def fix_all(code: str) -> ResponseReturnValue:
    """The same decision for every cell with one issue in one column."""
    tape, version = _owned(code), inputs.whole("version", _("Version"))
    where = inputs.text("kind"), inputs.text("column")
    how: dict[str, Any] = {"reason": inputs.text("reason"), "by": current_user, "now": clock()}
    with transaction():
        if inputs.text("act") == "leave_out":
            n = portfolios.leave_all_out(tape.id, *where, version, **how)
        else:
            n = portfolios.correct_all(tape.id, *where, inputs.text("value"), version, **how)
    return _fixed(code, n)


@pages.post("/<code>/undo")
@requires(Permission.TAPE_IMPORT)
def undo(code: str) -> ResponseReturnValue:
    tape = _owned(code)
    with transaction():
        portfolios.undo_fixes(
            tape.id, inputs.whole("version", _("Version")), by=current_user, now=clock()
        )
    flash(_("Everything is as the file has it. The tape is being checked again."), "info")
    return redirect(url_for(".show", code=code), code=303)


@pages.get("/<code>/annotated.xlsx")
@requires(Permission.TAPE_IMPORT)
def annotated(code: str) -> ResponseReturnValue:
    tape = _owned(code)
    with transaction():
        content = portfolios.annotated_workbook(tape, by=current_user, now=clock())
    return download(content, f"{tape.code}-annotated.xlsx", XLSX)


def _typed() -> dict[int, str]:
    """Issue and new value, where something was typed."""
    return {
        int(name.removeprefix("value-")): value
        for name, value in request.form.items()
        if name.removeprefix("value-").isdecimal() and value.strip()
    }


def _fixed(code: str, n: int) -> ResponseReturnValue:
    flash(
        ngettext(
            "%(num)s correction is kept. The tape is being checked again.",
            "%(num)s corrections are kept. The tape is being checked again.",
            n,
        ),
        "info",
    )
    return redirect(url_for(".show", code=code), code=303)


def _owned(code: str) -> Tape:
    return portfolios.owned_tape(code, lender_id=current_user.organisation_id)


def _form(error: Refusal | None = None) -> str:
    return render_template(
        "lender/tapes/new.html",
        error=error,
        entities=accounts.entities_of(current_user.organisation_id),
        limit_mb=installed().upload_limit_mb,
    )


def _page(tape: Tape, error: Refusal | None = None) -> str:
    """The step the tape is at."""
    if tape.status in {TapeStatus.UPLOADED, TapeStatus.FAILED} or request.args.get("map"):
        return render_template(
            "lender/tapes/mapping.html",
            tape=tape,
            error=error,
            columns=tape.layout["suggestion"],
            chosen={
                header: target.field for header, target in portfolios.mapping_of(tape).items()
            },
            units={
                header: target.unit.value
                for header, target in portfolios.mapping_of(tape).items()
            },
            fields=portfolios.FIELDS,
            typed=request.form,
        )
    kind = request.args.get("kind") or None
    column = request.args.get("column") if kind else None
    page = inputs.page_number()
    issues = portfolios.tape_issues(tape, page, PAGE, kind, column)
    return render_template(
        "lender/tapes/show.html",
        tape=tape,
        issues=issues,
        kind=kind,
        column=column,
        fixes=portfolios.fixes_of(tape),
        beyond_repair=portfolios.BEYOND_REPAIR,
        page=page,
        size=PAGE,
        differences=portfolios.differences(tape) if tape.counts else {},
        portfolio=portfolios.portfolio_of_tape(tape) if tape.portfolio_id else None,
    )


def _chosen_mapping(tape: Tape) -> dict[str, ColumnTarget]:
    chosen = {}
    for i, column in enumerate(tape.layout["suggestion"]):
        field = request.form.get(f"field-{i}", "")
        unit = request.form.get(f"unit-{i}") or column["unit"]
        chosen[column["header"]] = ColumnTarget(field, portfolios.Unit(unit))
    return chosen


def _chosen_defaults() -> dict[str, Any]:
    names = ("balance_as_of", "currency", "product_type", "region")
    chosen: dict[str, Any] = {name: inputs.text(name) for name in names if inputs.text(name)}
    chosen["anonymous"] = bool(request.form.get("anonymous"))
    return chosen
