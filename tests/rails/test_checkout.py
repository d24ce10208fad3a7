"""A debtor pays the lender on a page of Stripe's: what the lender keeps is a payment, once."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from flask import Flask

from marketplace import casework, rails, reactions
from marketplace.accounts import User
from marketplace.casework import Payment
from marketplace.core.db import db
from marketplace.core.errors import NotFound
from marketplace.portfolios import Case, PortfolioStatus
from marketplace.rails import RailCheckout, StripeIsOff
from tests import factories
from tests.conftest import NOON, client_of
from tests.factories import drain, someone
from tests.rails.story import SECRETS, Story, operation
from tests.refusing import refused
from tests.stripe_server import Kind, billing


@pytest.fixture
def case(set_up: Story) -> Case:
    book = factories.portfolio(
        someone("clara"), 1, status=PortfolioStatus.PLACED, currency="USD"
    )
    return factories.cases_of(book)[0]


def ask(case: Case, amount: int = 30_000) -> RailCheckout:
    return rails.ask_for_checkout(case.id, amount, by=someone("clara"), now=NOON)


def ring(story: Story, kinds: str = "checkout charge", *, copies: int = 1) -> None:
    """What happens on the lender's account rings at the debtors' endpoint."""
    since, story.rung = story.rung, len(story.server.store.events)
    for one in story.server.deliveries(SECRETS["debtor"], since=since, copies=copies):
        if one.connected and one.kind.startswith(tuple(kinds.split())):
            rails.receive("debtor", one.body, one.signature, now=NOON)
    drain()


def payments(case: Case) -> Sequence[Payment]:
    query = db.select(Payment).where(Payment.case_id == case.id).order_by(Payment.id)
    return db.session.scalars(query).all()


def opened(story: Story, case: Case, amount: int = 30_000) -> tuple[RailCheckout, str, str]:
    """The page, Stripe's name for it, and the account it is on."""
    page = ask(case, amount)
    drain()
    db.session.refresh(page)
    (session,) = story.server.made("cs")
    return page, session["id"], story.server.store.owners[session["id"]] or ""


def test_a_page_is_made_on_the_lenders_own_account(set_up: Story, case: Case) -> None:
    page, ref, account = opened(set_up, case)
    assert (page.session_ref, page.url) == (ref, "https://checkout.stripe.com/c/pay/once")
    lender = db.session.scalars(
        db.select(rails.RailAccount).where(rails.RailAccount.organisation_id == case.lender_id)
    ).one()
    assert account == lender.account_ref
    (session,) = set_up.server.made("cs")
    assert session["amount_total"] == 30_000
    assert case.lender_case_no not in str(session), "Stripe learns no number of the lender's"
    assert set_up.server.violations == []


def test_what_was_paid_is_a_payment_once(set_up: Story, case: Case) -> None:
    page, ref, account = opened(set_up, case)
    set_up.server.complete_session(ref, account=account)
    ring(set_up, copies=3)
    (paid,) = payments(case)
    assert (paid.amount_minor, paid.verified_by_id) == (30_000, None)
    casework.verify_payments([paid.id], by=someone("aline"), now=NOON)
    db.session.refresh(page)
    assert (page.kept_minor, page.paid_at) == (30_000, NOON)
    set_up.ends_well()


def test_a_lost_doorbell_is_made_up_for(set_up: Story, case: Case) -> None:
    _page, ref, account = opened(set_up, case)
    set_up.server.complete_session(ref, account=account)
    reactions.run(rails.CHECKOUTS, lambda: NOON)
    assert [one.amount_minor for one in payments(case)] == [30_000]


@pytest.mark.parametrize("back", [30_000, 12_000])
def test_a_refund_takes_the_payment_back(set_up: Story, case: Case, back: int) -> None:
    page, ref, account = opened(set_up, case)
    session = set_up.server.complete_session(ref, account=account)
    ring(set_up)
    # Stripe keeps its fee: the lender has money of its own there, too.
    set_up.server.store.move("payment", 2_000, "usd", None, account=account)
    stripe = rails.open_gateway()._stripe
    stripe.refunds.create(
        {"payment_intent": session["payment_intent"], "amount": back},
        {"stripe_account": account},
    )
    ring(set_up, copies=2)
    left = 30_000 - back
    expected = [30_000, -30_000, *([left] if left else [])]
    assert [one.amount_minor for one in payments(case)] == expected
    db.session.refresh(page)
    assert page.kept_minor == left


def test_a_dispute_takes_it_back_too(set_up: Story, case: Case) -> None:
    _page, ref, account = opened(set_up, case)
    set_up.server.complete_session(ref, account=account)
    ring(set_up)
    (charge,) = (one for one in set_up.server.made("ch") if one["amount"] == 30_000)
    with set_up.server.store.lock:
        billing.dispute(set_up.server.store, charge["id"], fee=0, account=account)
    ring(set_up)
    assert sum(one.amount_minor for one in payments(case)) == 0


@pytest.mark.parametrize("fault", [Kind.CUT_BEFORE, Kind.CUT_AFTER, Kind.ERROR_AFTER])
def test_a_page_is_made_once_whatever_happens(set_up: Story, case: Case, fault: Kind) -> None:
    set_up.server.fault("POST /v1/checkout/sessions", fault, times=2)
    page = ask(case)
    for minutes in range(0, 60, 20):
        drain(NOON.replace(minute=minutes))
    assert operation(f"checkout:{page.code}").status == "done"
    assert len(set_up.server.made("cs")) == 1
    assert set_up.server.violations == []


def test_what_cannot_be_asked_for_is_refused_in_words(
    set_up: Story, case: Case, bea: User
) -> None:
    for amount in (0, -5, case.balance_minor + 1):
        with refused("at most the balance"):
            ask(case, amount)
    with pytest.raises(NotFound):
        rails.ask_for_checkout(case.id, 100, by=bea, now=NOON)
    ask(case)
    with refused("open payment page"):
        ask(case)
    yuan = factories.portfolio(someone("clara"), 1, first=5, name="Yuan")
    with refused("no yuan"):
        ask(factories.cases_of(yuan)[0])


def test_without_stripe_there_is_none(app: Flask, clara: User) -> None:
    book = factories.portfolio(clara, 1, currency="USD")
    case = factories.cases_of(book)[0]
    with pytest.raises(StripeIsOff):
        ask(case)
    url = f"/lender/cases/{case.code}"
    text = client_of(app, clara).get(url).text
    assert "Payment pages" not in text


def test_on_the_page_of_the_case(app: Flask, set_up: Story, case: Case) -> None:
    url = f"/lender/cases/{case.code}"
    clara = someone("clara")
    client = client_of(app, clara)
    assert "None yet." in client.get(url).text
    assert client.post(f"{url}/checkout", data={"amount": "100.50"}).status_code == 303
    drain(datetime.now(UTC))
    text = client.get(url).text
    assert "https://checkout.stripe.com/c/pay/once" in text
    assert client.post(f"{url}/checkout", data={"amount": "1"}).status_code == 409


def test_the_page_after_it_is_open_to_everybody(app: Flask) -> None:
    text = app.test_client().get("/debtor/thanks").text
    assert "Nobody will ask you here for a password" in text or "不会" in text
