"""Setting up payments by Stripe, the same for lenders and agencies."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from marketplace import rails
from marketplace.accounts import Permission
from marketplace.core.db import transaction
from marketplace.core.errors import Refusal
from marketplace.web import inputs
from marketplace.web.security import clock, requires


def stripe_pages() -> Blueprint:
    """A blueprint for one door: the state, asking for an account, and a link to Stripe."""
    pages = Blueprint("stripe", __name__, url_prefix="/stripe")
    pages.add_url_rule("/", "show", _show)
    pages.add_url_rule("/", "ask", _ask, methods=["POST"])
    pages.add_url_rule("/link", "link", _link, methods=["POST"])
    return pages


@requires(Permission.ENTITY_EDIT)
def _show() -> ResponseReturnValue:
    return _page("")


@requires(Permission.ENTITY_EDIT)
def _ask() -> ResponseReturnValue:
    with transaction():
        rails.ask_for_account(inputs.text("country"), by=current_user, now=clock())
    flash(_("Asked for. The account at Stripe is there in a minute."), "ok")
    return redirect(url_for(".show"), code=303)


@requires(Permission.ENTITY_EDIT)
def _link() -> ResponseReturnValue:
    """A link is good once and for minutes, so it is made when it is asked for."""
    with transaction():
        account = rails.state_of(current_user.organisation_id).account
        ref = account.account_ref if account else None
    if ref is None:
        raise Refusal(
            _("Your account at Stripe is not there yet."),
            next_step=_("Ask for it first, or wait a minute and reload the page."),
        )
    return _page(rails.onboarding_link(ref, page=url_for(".show", _external=True)))


def _page(link: str) -> ResponseReturnValue:
    return render_template(
        "shared/stripe/show.html",
        on=rails.is_on(),
        state=rails.state_of(current_user.organisation_id),
        countries=rails.COUNTRIES,
        link=link,
    )
