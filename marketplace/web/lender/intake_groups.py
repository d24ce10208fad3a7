"""One group of lines: side by side, with its likely partners and what can be decided."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from marketplace import intake
from marketplace.accounts import Permission
from marketplace.core.db import transaction
from marketplace.core.errors import Refusal, StaleForm
from marketplace.intake import Decision, ReasonCode, Share
from marketplace.web import inputs, intake_pages
from marketplace.web.security import clock, requires

pages = Blueprint("groups", __name__, url_prefix="/intake/groups")
checks = Blueprint("decisions", __name__, url_prefix="/intake/decisions")
SHARES = 5


@pages.get("/<code>")
@requires(Permission.STATEMENT_VIEW)
def show(code: str) -> ResponseReturnValue:
    return _page(code)


@pages.post("/<code>/texts")
@requires(Permission.PAYMENT_RECORD)
def texts(code: str) -> ResponseReturnValue:
    with transaction():
        found = intake.reveal_texts(code, by=current_user, now=clock())
    return _page(code, texts=found)


@pages.post("/<code>/match")
@requires(Permission.PAYMENT_RECORD)
def match(code: str) -> ResponseReturnValue:
    def decide() -> Decision:
        return intake.propose_match(
            [code, *_partners()], inputs.text("reason"), by=current_user, now=clock()
        )

    return _decided(code, decide)


def _partners() -> list[str]:
    return request.form.getlist("with") + inputs.text("other").upper().split()


@pages.post("/<code>/split")
@requires(Permission.PAYMENT_RECORD)
def split(code: str) -> ResponseReturnValue:
    def decide() -> Decision:
        shares = [
            Share(
                inputs.text(f"case_{n}").upper(),
                inputs.amount_minor(
                    f"amount_{n}", _("Amount"), inputs.text("currency") or "CNY"
                ),
            )
            for n in range(1, SHARES + 1)
            if inputs.text(f"case_{n}")
        ]
        return intake.propose_split(
            code, inputs.whole("line", _("Line")), shares, inputs.text("reason"),
            by=current_user, now=clock(),
        )  # fmt: skip

    return _decided(code, decide)


@pages.post("/<code>/resolve")
@requires(Permission.PAYMENT_RECORD)
def resolve(code: str) -> ResponseReturnValue:
    def decide() -> Decision:
        if inputs.text("reason_code") not in {one.value for one in ReasonCode}:
            raise Refusal(_("Choose a reason code."), next_step=_("Choose one of the list."))
        return intake.resolve(
            [code, *_partners()], ReasonCode(inputs.text("reason_code")), inputs.text("reason"),
            by=current_user, now=clock(),
        )  # fmt: skip

    return _decided(code, decide)


@pages.post("/<code>/reverse")
@requires(Permission.PAYMENT_RECORD)
def reverse(code: str) -> ResponseReturnValue:
    def decide() -> Decision:
        return intake.reverse(
            inputs.text("decision"), inputs.text("reason"), group_code=code, by=current_user,
            now=clock(),
        )  # fmt: skip

    return _decided(code, decide)


@checks.post("/<code>/check")
@requires(Permission.PAYMENT_VERIFY)
def check(code: str) -> ResponseReturnValue:
    agree = inputs.text("verdict") == "agree"
    with transaction():
        decision, payments = intake.check(
            code, agree=agree, note=inputs.text("note"), by=current_user, now=clock()
        )
    if not agree:
        flash(_("%(code)s was refused. Its lines are free again.", code=code), "ok")
    elif decision.kind == "reverse":
        flash(_("Reversed. What was paid is taken back once a colleague verifies it."), "ok")
    else:
        flash(
            ngettext(
                "Agreed. %(num)s payment verified.", "Agreed. %(num)s payments verified.",
                payments,
            ),
            "ok",
        )  # fmt: skip
    name = f"{decision.month_start:%Y-%m}"
    return redirect(url_for("lender.intake.decisions", month=name), code=303)


def _decided(code: str, decide: Any) -> ResponseReturnValue:
    """Do it and go on to the queue; what is refused is said on the page of the group."""
    try:
        with transaction():
            made = decide()
    except StaleForm:
        raise
    except Refusal as error:
        return _page(code, error), 422
    flash(_("%(code)s is proposed. A colleague checks it.", code=made.code), "ok")
    return redirect(url_for("lender.intake.show", month=f"{made.month_start:%Y-%m}"), code=303)


def _page(code: str, error: Refusal | None = None, texts: dict[int, str] | None = None) -> str:
    return render_template(
        "lender/intake/group.html",
        **intake_pages.group_context(current_user.organisation, code),
        error=error,
        typed=request.form,
        texts=texts,
        codes=list(ReasonCode),
        shares=range(1, SHARES + 1),
        door="lender",
    )
