"""Transfers to connected accounts, their reversals, payouts and top-ups."""

from tests.stripe_server.behaviour import Call, holdings, page, route
from tests.stripe_server.store import Declined, Json, Store


@route(
    "POST", "/v1/transfers", "amount currency destination transfer_group metadata description"
)
def transfer(call: Call) -> Json:
    """docs.stripe.com/connect/separate-charges-and-transfers: out of the available balance."""
    store, amount, currency = call.store, call["amount"], call["currency"]
    account = store.get(call["destination"], "acct")
    if (account["capabilities"] or {}).get("transfers") != "active":
        # docs.stripe.com/connect/account-capabilities#transfers
        raise Declined(
            400, "The destination lacks the transfers capability",
            "insufficient_capabilities_for_transfer",
        )  # fmt: skip
    if holdings(store, None, currency) < amount:
        raise Declined(
            400, "You have insufficient available funds in your Stripe account.",
            "balance_insufficient",
        )  # fmt: skip
    made = store.make(
        "tr", amount=amount, currency=currency, destination=account["id"],
        transfer_group=call.get("transfer_group"), metadata=call.get("metadata", {}),
        description=call.get("description"), amount_reversed=0, reversed=False,
    )  # fmt: skip
    made["reversals"]["url"] = f"/v1/transfers/{made['id']}/reversals"
    made["balance_transaction"] = store.move("transfer", -amount, currency, made["id"])
    store.move("payment", amount, currency, made["id"], account=account["id"])
    store.tell("transfer.created", made)
    return made


@route("POST", "/v1/transfers/{id}/reversals", "amount metadata description")
def reverse(call: Call) -> Json:
    """docs.stripe.com/connect/separate-charges-and-transfers#reversing-transfers

    Out of the connected account's available balance, or not at all.
    """
    store, given = call.store, call.store.get(call.ids[0], "tr")
    left = given["amount"] - given["amount_reversed"]
    amount, account = call.get("amount", left), given["destination"]
    if not 0 < amount <= left:
        raise Declined(400, "The reversal exceeds what is left of the transfer")
    if holdings(store, account, given["currency"]) < amount:
        raise Declined(400, "Insufficient funds in the account", "balance_insufficient")
    made = store.make(
        "trr", amount=amount, currency=given["currency"], transfer=given["id"],
        metadata=call.get("metadata", {}),
    )  # fmt: skip
    given["amount_reversed"] += amount
    given["reversed"] = given["amount_reversed"] == given["amount"]
    made["balance_transaction"] = store.move(
        "transfer_refund", amount, given["currency"], made["id"]
    )
    store.move("payment_refund", -amount, given["currency"], made["id"], account=account)
    store.tell("transfer.reversed", given)
    return made


@route("GET", "/v1/transfers/{id}/reversals", "limit starting_after")
def list_reversals(call: Call) -> Json:
    found = [one for one in call.store.all_of("trr") if one["transfer"] == call.ids[0]]
    return page(call, found, f"/v1/transfers/{call.ids[0]}/reversals")


@route("POST", "/v1/payouts", "amount currency metadata description")
def pay_out(call: Call) -> Json:
    """docs.stripe.com/payouts: to the account's own bank, out of what is available."""
    store, account = call.store, call.account
    if holdings(store, account, call["currency"]) < call["amount"]:
        raise Declined(400, "Insufficient available balance", "balance_insufficient")
    made = store.make(
        "po", account=account, amount=call["amount"], currency=call["currency"],
        status="pending", automatic=False, method="standard", type="bank_account",
        arrival_date=store.seconds, metadata=call.get("metadata", {}),
    )  # fmt: skip
    made["balance_transaction"] = store.move(
        "payout", -call["amount"], call["currency"], made["id"], account=account
    )
    store.tell("payout.created", made, account=account)
    return made


def top_up(store: Store, amount: int, currency: str) -> str:
    """Money from the platform's own bank: docs.stripe.com/connect/top-ups"""
    made = store.make("tu", amount=amount, currency=currency, status="succeeded", metadata={})
    made["balance_transaction"] = store.move("topup", amount, currency, made["id"])
    store.tell("topup.succeeded", made)
    return str(made["id"])


def drain(store: Store, account: str, currency: str) -> None:
    """The connected account pays itself out, down to nothing."""
    left = holdings(store, account, currency)
    store.move("payout", -left, currency, None, account=account)
