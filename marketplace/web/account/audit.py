"""The organisation's trail: what happened, and the proof that it is all there, unchanged."""

import json
from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace import accounts, audit
from marketplace.accounts import Kind, Permission
from marketplace.audit import PLATFORM_CHAIN
from marketplace.core.installation import installed
from marketplace.web import inputs
from marketplace.web.security import clock, requires

pages = Blueprint("audit", __name__, url_prefix="/account/audit")

SIZE = 50


@pages.get("")
@requires(Permission.AUDIT_VIEW)
def index() -> ResponseReturnValue:
    return _page()


@pages.post("/verify")
@requires(Permission.AUDIT_VIEW)
def verify() -> ResponseReturnValue:
    """Recompute every link of the chain now. Nothing is changed, so the page comes at once."""
    bundle = _bundle(_chain())
    return _page(
        verified={
            "faults": audit.verify_bundle(bundle),
            "events": len(bundle["events"]),
            "head": bundle["head"],
        }
    )


@pages.get("/bundle.json")
@requires(Permission.AUDIT_VIEW)
def download() -> ResponseReturnValue:
    """The whole chain, for checking without us."""
    chain = _chain()
    body = json.dumps(_bundle(chain), ensure_ascii=False, indent=1)
    name = f"audit-{chain}-{clock():%Y%m%dT%H%M%SZ}.json"
    return Response(
        body,
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _chain() -> int:
    """One's own chain; the platform's people may also ask for that of the system itself."""
    wanted = request.values.get("chain", "own")
    if wanted == "own":
        return int(current_user.organisation_id)
    if wanted != "system" or current_user.organisation.kind is not Kind.PLATFORM:
        abort(404)
    return PLATFORM_CHAIN


def _bundle(chain: int) -> dict[str, Any]:
    key = audit.load_signing_key(installed().keys_folder)
    return audit.chain_bundle(chain, key, now=clock())


def _page(verified: dict[str, Any] | None = None) -> str:
    page = inputs.page_number()
    action = request.args.get("action", "")
    return render_template(
        "account/audit/index.html",
        trail=accounts.trail_of(current_user, action=action, page=page, size=SIZE),
        page=page,
        size=SIZE,
        action=action,
        verified=verified,
        platform=current_user.organisation.kind is Kind.PLATFORM,
    )
