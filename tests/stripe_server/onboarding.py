"""Connected accounts and customers."""

from tests.stripe_server.behaviour import Call, route
from tests.stripe_server.store import Declined, Json, Store


@route("POST", "/v1/accounts", "country email controller capabilities metadata business_type")
def create_account(call: Call) -> Json:
    """docs.stripe.com/connect/accounts-v1/express-accounts: nothing is enabled at first."""
    wanted = call.get("capabilities", {})
    controller = call.get("controller", {})
    who = controller.get("stripe_dashboard", {}).get("type", "full")
    losses = controller.get("losses", {}).get("payments", "stripe")
    if who == "express" and losses != "application":
        # docs.stripe.com/connect/migrate-to-controller-properties
        raise Declined(400, "With an express dashboard the platform bears the losses.")
    return call.store.make(
        "acct", object="account", country=call.get("country", "US"), email=call.get("email"),
        metadata=call.get("metadata", {}), charges_enabled=False, payouts_enabled=False,
        details_submitted=False, business_type=call.get("business_type"),
        capabilities=dict.fromkeys(wanted, "inactive"), default_currency="usd",
    )  # fmt: skip


@route("POST", "/v1/account_links", "account type refresh_url return_url")
def create_link(call: Call) -> Json:
    """docs.stripe.com/api/account_links: single use, valid for minutes."""
    account = call.store.get(call["account"], "acct")
    if not (call.get("refresh_url") and call.get("return_url")):
        raise Declined(400, "refresh_url and return_url are needed for onboarding")
    return {
        "object": "account_link", "created": call.store.seconds,
        "expires_at": call.store.seconds + 300,
        "url": f"https://connect.stripe.com/setup/e/{account['id']}/once",
    }  # fmt: skip


@route("POST", "/v1/customers", "email name metadata description")
def create_customer(call: Call) -> Json:
    made = call.store.make(
        "cus", account=call.account, email=call.get("email"), name=call.get("name"),
        metadata=call.get("metadata", {}), description=call.get("description"),
    )  # fmt: skip
    call.store.tell("customer.created", made, account=call.account)
    return made


def finish_onboarding(store: Store, account_id: str) -> None:
    """What a person does at Stripe; the platform hears of it as `account.updated`.

    docs.stripe.com/connect/handling-api-verification
    """
    account = store.get(account_id, "acct")
    account |= {"details_submitted": True, "payouts_enabled": True, "charges_enabled": True}
    account["capabilities"] = dict.fromkeys(account["capabilities"] or {}, "active")
    store.tell("account.updated", account, account=account_id)
