"""One attempt at one operation: look first, send, and judge the answer."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import stripe

from marketplace.core.installation import installed
from marketplace.rails.access import open_gateway
from marketplace.rails.gateway import Gateway
from marketplace.rails.models import Doubt, OperationKind, OperationStatus
from marketplace.rails.outbox import WAIT_FOR_MONEY, Outcome, Parcel, with_next_key

_K, _S = OperationKind, OperationStatus

# Refusals that pass by themselves: money arrives, Stripe finishes verifying.
_PASSING = {"balance_insufficient", "insufficient_capabilities_for_transfer"}

Find = Callable[[Gateway, Parcel], str | None]
Send = Callable[[Gateway, Parcel], str]


class NotReady(Exception):
    """Something this operation builds on is not there yet."""


def send(parcel: Parcel) -> Outcome:
    """Make one attempt. Opens no transaction."""
    return attempt(open_gateway(), parcel)


def attempt(gateway: Gateway, parcel: Parcel) -> Outcome:
    """Look first, then send.

    A look comes before every attempt, not only in doubt: books restored from a backup do not
    know what they had sent since. After silence the same key is used again: Stripe then
    answers for what it did, or does it. After an error, or with a key that Stripe may have
    forgotten, a new key is used, and only once a look has proved what was done and what not.
    """
    found, renewed = None, False
    try:
        _require_parts(parcel)
        found = _FINDS[parcel.kind](gateway, parcel)
    except NotReady as lack:
        return Outcome(_S.PLANNED, error=str(lack), doubt=parcel.doubt)
    except stripe.StripeError as error:
        # Nothing was sent, and nothing was learnt.
        if not parcel.in_doubt:
            return Outcome(_S.PLANNED, error=_words(error))
        doubt = Doubt.SILENCE if parcel.doubt is Doubt.NONE else parcel.doubt
        return Outcome(_S.UNKNOWN, error=_words(error), doubt=doubt)
    if parcel.may_renew and (found is None or parcel.kind is _K.INVOICE):
        parcel, renewed = with_next_key(parcel), True
    try:
        ref = found or _SENDS[parcel.kind](gateway, parcel)
    except NotReady as lack:
        return Outcome(_S.PLANNED, error=str(lack), doubt=parcel.doubt)
    except stripe.StripeError as error:
        judged = judge(error, in_doubt=parcel.in_doubt and not renewed)
        return replace(judged, renewed=renewed)
    return _complete(gateway, parcel, ref, renewed=renewed)


def _complete(gateway: Gateway, parcel: Parcel, ref: str, *, renewed: bool) -> Outcome:
    """An invoice is there; its lines and its sending are steps of their own."""
    if parcel.kind is _K.INVOICE:
        try:
            gateway.complete_invoice(
                ref, parcel.key, parcel.lines,
                customer_ref=parcel.customer_ref, currency=parcel.currency,
            )  # fmt: skip
        except stripe.StripeError as error:
            judged = judge(error, in_doubt=True)
            # The draft exists, so whoever goes on must look for it before anything else.
            doubt = judged.doubt if judged.doubt is Doubt.SILENCE else Doubt.ERROR
            return replace(judged, renewed=renewed, spent=False, doubt=doubt)
    return Outcome(_S.DONE, external_ref=ref, renewed=renewed)


def judge(error: stripe.StripeError, *, in_doubt: bool) -> Outcome:
    """What an error says about whether the thing was done.

    A refusal is definite, and kept under the key. 409 and 429 executed nothing this time, but
    prove nothing about an earlier attempt. Everything else leaves the outcome unknown.
    """
    words = _words(error)
    status = error.http_status or 0
    if isinstance(error, stripe.APIConnectionError):
        return Outcome(_S.UNKNOWN, error=words, doubt=Doubt.SILENCE)
    if status in (409, 429):
        under_way = in_doubt or error.code == "idempotency_key_in_use"
        doubt = Doubt.SILENCE if under_way else Doubt.NONE
        return Outcome(_S.UNKNOWN if under_way else _S.PLANNED, error=words, doubt=doubt)
    if status in (401, 403):
        # The key was refused, not the operation: it waits for the operator.
        doubt = Doubt.SILENCE if in_doubt else Doubt.NONE
        return Outcome(_S.PLANNED, error=words, doubt=doubt, wait=WAIT_FOR_MONEY)
    if 400 <= status < 500:
        passing = error.code in _PASSING
        return Outcome(
            _S.PLANNED if passing else _S.REFUSED,
            error=words,
            spent=True,
            wait=WAIT_FOR_MONEY if passing else None,
        )
    return Outcome(_S.UNKNOWN, error=words, doubt=Doubt.ERROR)


def _words(error: stripe.StripeError) -> str:
    return f"{error.code or type(error).__name__}: {error.user_message or error}"


def _require_parts(parcel: Parcel) -> None:
    if parcel.kind is _K.INVOICE and not parcel.customer_ref:
        raise NotReady("The lender has not set up payments by Stripe yet.")
    if parcel.kind is _K.CHECKOUT and not parcel.account_ref:
        raise NotReady("The lender has not set up payments by Stripe yet.")
    if parcel.kind is _K.TRANSFER and not parcel.account_ref:
        raise NotReady("The agency has not set up payments by Stripe yet.")
    if parcel.kind in (_K.REVERSAL, _K.REFUND) and not parcel.undoes_ref:
        raise NotReady("What it takes back has not been done yet.")


def _paid_invoice(gateway: Gateway, parcel: Parcel) -> str:
    if gateway.intent_of_invoice(parcel.undoes_ref) is None:
        raise NotReady("The invoice has not been paid through Stripe.")
    return parcel.undoes_ref


_FINDS: Mapping[OperationKind, Find] = {
    _K.ACCOUNT: lambda stripe_, p: stripe_.find_account(p.op_id),
    _K.CUSTOMER: lambda stripe_, p: stripe_.find_customer(p.op_id, email=p.email),
    _K.INVOICE: lambda stripe_, p: stripe_.find_invoice(p.op_id, customer_ref=p.customer_ref),
    _K.TRANSFER: lambda stripe_, p: stripe_.find_transfer(p.op_id, group=p.group),
    _K.REVERSAL: lambda stripe_, p: stripe_.find_reversal(p.op_id, transfer_ref=p.undoes_ref),
    _K.REFUND: lambda stripe_, p: stripe_.find_credit(p.op_id, invoice_ref=p.undoes_ref),
    _K.CHECKOUT: lambda stripe_, p: stripe_.find_checkout(p.op_id, account_ref=p.account_ref),
}

_SENDS: Mapping[OperationKind, Send] = {
    _K.ACCOUNT: lambda stripe_, p: stripe_.create_account(
        p.op_id, p.key, country=p.country, email=p.email
    ),
    _K.CUSTOMER: lambda stripe_, p: stripe_.create_customer(
        p.op_id, p.key, name=p.name, email=p.email
    ),
    _K.INVOICE: lambda stripe_, p: stripe_.create_invoice(
        p.op_id, p.key, customer_ref=p.customer_ref, currency=p.currency, words=p.group
    ),
    _K.TRANSFER: lambda stripe_, p: stripe_.transfer(
        p.op_id, p.key, to=p.account_ref, amount_minor=p.amount_minor, currency=p.currency,
        group=p.group,
    ),
    _K.REVERSAL: lambda stripe_, p: stripe_.reverse(
        p.op_id, p.key, transfer_ref=p.undoes_ref, amount_minor=p.amount_minor
    ),
    _K.REFUND: lambda stripe_, p: stripe_.credit(
        p.op_id, p.key, invoice_ref=_paid_invoice(stripe_, p), amount_minor=p.amount_minor
    ),
    _K.CHECKOUT: lambda stripe_, p: stripe_.create_checkout(
        p.op_id, p.key, account_ref=p.account_ref, amount_minor=p.amount_minor,
        currency=p.currency, words=p.group, page=f"{installed().public_url}/debtor/thanks",
    ),
}  # fmt: skip
