"""Disputed lines of statements: raised on the statement, decided on a page of their own."""

import re

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import settlement
from marketplace.accounts import Kind, Permission
from marketplace.core.db import transaction
from marketplace.settlement import Outcome
from marketplace.web import inputs
from marketplace.web.security import clock, requires


def dispute_pages() -> Blueprint:
    """A blueprint for one door: the list, raising, proposing an outcome, agreeing to it."""
    pages = Blueprint("disputes", __name__, url_prefix="/disputes")
    one = "/<int:line_dispute_id>"
    pages.add_url_rule("/", "index", _index)
    pages.add_url_rule("/of/<code>", "raise_them", _raise, methods=["POST"])
    pages.add_url_rule(f"{one}/propose", "propose", _propose, methods=["POST"])
    pages.add_url_rule(f"{one}/agree", "agree", _agree, methods=["POST"])
    return pages


@requires(Permission.STATEMENT_VIEW)
def _index() -> ResponseReturnValue:
    mine = current_user.organisation.kind is not Kind.PLATFORM
    rows = settlement.dispute_rows(
        organisation_id=current_user.organisation_id if mine else None
    )
    return render_template("shared/statements/disputes.html", rows=rows)


@requires(Permission.LINE_DISPUTE)
def _raise(code: str) -> ResponseReturnValue:
    statement = settlement.visible_statement(code, by=current_user)
    with transaction():
        settlement.dispute_lines(
            statement.id,
            _chosen(),
            reason=inputs.text("reason"),
            by=current_user,
            now=clock(),
        )
    flash(_("Disputed. A new version without these lines is drafted in a moment."), "ok")
    return _back()


def _chosen() -> list[str]:
    """Lines ticked on the page, and those of its other pages by the codes of their payments."""
    typed = re.split(r"[\s,，、;；]+", inputs.text("more").upper())
    return [*request.form.getlist("payment"), *(code for code in typed if code)]


@requires(Permission.LINE_DECIDE)
def _propose(line_dispute_id: int) -> ResponseReturnValue:
    outcome = Outcome.BACK if inputs.text("outcome") == "back" else Outcome.OUT
    with transaction():
        settlement.propose_outcome(
            line_dispute_id, outcome, because=inputs.text("because"), by=current_user,
            now=clock(),
        )  # fmt: skip
    flash(_("Proposed. Somebody else now has to agree."), "ok")
    return _back()


@requires(Permission.LINE_DECIDE)
def _agree(line_dispute_id: int) -> ResponseReturnValue:
    seen = {one.value: one for one in Outcome}.get(inputs.text("outcome"))
    with transaction():
        settlement.agree_outcome(line_dispute_id, seen, by=current_user, now=clock())
    flash(_("Agreed: the dispute is decided."), "ok")
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(url_for(".index"), code=303)
