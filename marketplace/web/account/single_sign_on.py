"""Signing in at the organisation's own identity provider."""

import hmac
from dataclasses import asdict

from flask import Blueprint, abort, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from marketplace import accounts
from marketplace.accounts import Journey, Provider
from marketplace.core.db import transaction
from marketplace.core.errors import Refusal
from marketplace.core.installation import installed
from marketplace.web.account.asking import keep, local_path, take
from marketplace.web.account.entering import enter_or_ask
from marketplace.web.security import clock

pages = Blueprint("single_sign_on", __name__, url_prefix="/account/single-sign-on")

JOURNEY = "journey"
JOURNEY_LASTS_SECONDS = 600


@pages.get("")
def start() -> ResponseReturnValue:
    """A link and not a form: browsers hold the page's form-action against the redirect."""
    provider, journey = _provider(), accounts.new_journey()
    try:
        target = accounts.address_to_sign_in(provider, journey)
    except Refusal as refusal:
        return _refused(refusal)
    wanted = local_path(request.args.get("next"))
    keep(JOURNEY, {**asdict(journey), "next": wanted}, seconds=JOURNEY_LASTS_SECONDS)
    return redirect(target, 303)


@pages.get("/return")
def finish() -> ResponseReturnValue:
    """Where the provider sends the browser back to."""
    provider, held = _provider(), take(JOURNEY)
    state, code = request.args.get("state", ""), request.args.get("code", "")
    if held is None or not code or not hmac.compare_digest(held["state"], state):
        return redirect(url_for("account.sign_in.show"), 303)
    wanted = held.pop("next")
    try:
        identity = accounts.identify(provider, Journey(**held), code, now=clock())
        with transaction():
            user = accounts.user_of_identity(identity, now=clock())
            target = enter_or_ask(user, method="single sign-on", wanted=wanted)
    except Refusal as refusal:
        return _refused(refusal)
    return redirect(target, 303)


def _provider() -> Provider:
    settings = current_app.config["SETTINGS"]
    if not settings.oidc_issuer:
        abort(404)
    return Provider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        redirect_uri=installed().public_url + url_for("account.single_sign_on.finish"),
    )


def _refused(refusal: Refusal) -> ResponseReturnValue:
    flash(f"{refusal.reason} {refusal.next_step}", "bad")
    return redirect(url_for("account.sign_in.show"), 303)
