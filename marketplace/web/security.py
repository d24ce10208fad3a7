"""Who is asking, and the rule that a door is shut unless it is opened."""

import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from flask import Blueprint, Flask, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect

from marketplace import accounts
from marketplace.accounts import Kind, Permission, Role, User
from marketplace.config import Settings
from marketplace.core import tenancy
from marketplace.core.db import acting, db
from marketplace.core.tenancy import Acting, Audience
from marketplace.core.vault import write_secret

login_manager = LoginManager()
csrf = CSRFProtect()

VISITOR = Acting(Audience.VISITOR)


def init_app(app: Flask, settings: Settings) -> None:
    app.secret_key = _cookie_key(settings)
    login_manager.user_loader(lambda user_id: None)
    login_manager.request_loader(_load_user)
    login_manager.init_app(app)
    csrf.init_app(app)
    app.before_request(_act_for_the_user)
    app.teardown_request(lambda error: tenancy.act_as(None))


def clock() -> datetime:
    """The time of this request: one moment for everything it does."""
    if "now" not in g:
        g.now = datetime.now(UTC)
    moment: datetime = g.now
    return moment


def acting_for(user: User) -> Acting:
    kind = user.organisation.kind
    if kind is Kind.PLATFORM:
        audience = Audience.FINANCE if user.role is Role.FINANCE else Audience.STAFF
    else:
        audience = Audience(kind.value)
    return Acting(audience, user.organisation_id, user.id)


def door_for(
    name: str,
    import_name: str,
    *,
    admits: Callable[[User], bool],
    prefix: str | None = None,
    open_to_strangers: frozenset[str] = frozenset(),
) -> Blueprint:
    """A blueprint that only signed-in users whom `admits` lets in may enter.

    The endpoints named `open_to_strangers` are for everybody, and act for nobody in particular.
    """
    door = Blueprint(name, import_name, url_prefix=prefix or f"/{name}")

    @door.before_request
    def admit() -> ResponseReturnValue | None:
        if request.endpoint in open_to_strangers:
            tenancy.act_as(VISITOR)
            return None
        if not current_user.is_authenticated:
            return turn_away()
        if not admits(current_user):
            abort(404)
        return None

    return door


def turn_away() -> ResponseReturnValue:
    """Ask a stranger to sign in; they come back to the page they wanted."""
    if request.method == "GET" and "text/html" in request.headers.get("Accept", "text/html"):
        wanted = request.full_path.rstrip("?")
        return redirect(url_for("account.sign_in.show", next=wanted))
    return abort(401)


def requires(permission: Permission) -> Callable[..., Any]:
    """Let only roles with `permission` reach the view."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not current_user.may(permission):
                abort(403)
            return view(*args, **kwargs)

        guarded.required_permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def _load_user(_request: Any) -> User | None:
    token = session.get("token")
    if not isinstance(token, str):
        return None
    with acting(VISITOR):
        user = accounts.user_of_session(token, now=clock())
        db.session.commit()
    return user


def _act_for_the_user() -> None:
    tenancy.act_as(VISITOR)
    if current_user.is_authenticated:
        tenancy.act_as(acting_for(current_user))


def _cookie_key(settings: Settings) -> str:
    path = settings.keys / "cookies.json"
    if not path.exists():
        write_secret(path, json.dumps({"key": secrets.token_hex(32)}), replace=False)
    return str(json.loads(path.read_text())["key"])
