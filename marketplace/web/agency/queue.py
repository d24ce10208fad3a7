"""The collector's queue and case page: every contact passes the gate first."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import casework
from marketplace.accounts import Permission
from marketplace.casework import Channel, Outcome, PromiseTaken
from marketplace.core.db import transaction
from marketplace.web import inputs
from marketplace.web.cases import case_context, reveal_person
from marketplace.web.security import clock, requires

pages = Blueprint("queue", __name__, url_prefix="/queue")
PAGE = 50


@pages.get("/")
@requires(Permission.CASE_WORK)
def index() -> ResponseReturnValue:
    page = inputs.page_number()
    lines = casework.queue(
        current_user.organisation_id, limit=PAGE + 1, offset=(page - 1) * PAGE
    )
    return render_template(
        "agency/queue/index.html", lines=lines[:PAGE], page=page, more=len(lines) > PAGE
    )


@pages.get("/<code>")
@requires(Permission.CASE_VIEW)
def show(code: str) -> ResponseReturnValue:
    return render_template("agency/queue/show.html", **case_context(code))


@pages.post("/<code>/contact")
@requires(Permission.CASE_WORK)
def contact(code: str) -> ResponseReturnValue:
    page = casework.case_page(code, by=current_user)
    channel = _channel()
    with transaction():
        asked = casework.begin_contact(page.case.id, channel, by=current_user, now=clock())
    if asked.contact is None:
        # The refusal is on record; now it is shown, with every rule that says no.
        return render_template(
            "agency/queue/blocked.html", decision=asked.decision, code=code
        ), 409
    return redirect(url_for(".attempt", code=code, contact_id=asked.contact.id), code=303)


@pages.get("/<code>/contact/<int:contact_id>")
@requires(Permission.CASE_WORK)
def attempt(code: str, contact_id: int) -> ResponseReturnValue:
    context = case_context(code)
    current = next((c for c in context["page"].contacts if c.id == contact_id), None)
    if current is None or current.collector_id != current_user.id:
        abort(404)
    return render_template(
        "agency/queue/attempt.html", current=current, outcomes=Outcome, **context
    )


@pages.post("/<code>/contact/<int:contact_id>")
@requires(Permission.CASE_WORK)
def finish(code: str, contact_id: int) -> ResponseReturnValue:
    page = casework.case_page(code, by=current_user)
    try:
        outcome = Outcome(request.form.get("outcome", ""))
    except ValueError:
        flash(_("Choose what came of the attempt."), "bad")
        return redirect(url_for(".attempt", code=code, contact_id=contact_id), code=303)
    promise = None
    if outcome is Outcome.PROMISE:
        promise = PromiseTaken(
            inputs.amount_minor("amount", _("Amount"), page.case.currency),
            inputs.day("due_on", _("Due on")),
        )
    with transaction():
        casework.finish_contact(
            contact_id, outcome, note=inputs.text("note"), promise=promise, by=current_user,
            now=clock(),
        )  # fmt: skip
    flash(_("Logged."), "ok")
    return redirect(url_for(".show", code=code), code=303)


@pages.post("/<code>/reveal")
@requires(Permission.CASE_REVEAL)
def reveal(code: str) -> ResponseReturnValue:
    return reveal_person(code)


@pages.post("/<code>/payment")
@requires(Permission.PAYMENT_REPORT)
def payment(code: str) -> ResponseReturnValue:
    page = casework.case_page(code, by=current_user)
    with transaction():
        casework.report_payment(
            page.case.id,
            value_on=inputs.day("value_on", _("Value date")),
            amount_minor=inputs.amount_minor("amount", _("Amount"), page.case.currency),
            reference=inputs.text("reference"),
            by=current_user,
            now=clock(),
        )
    flash(_("Reported. It counts once the lender has verified it."), "ok")
    return redirect(url_for(".show", code=code), code=303)


def _channel() -> Channel:
    try:
        return Channel(request.form.get("channel", ""))
    except ValueError:
        abort(400)
