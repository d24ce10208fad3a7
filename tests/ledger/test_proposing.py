"""What is posted by hand is proposed by one person and decided by another, once."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from marketplace import ledger
from marketplace.accounts import User
from marketplace.core.db import acting, db
from marketplace.core.errors import NotFound
from marketplace.ledger import AccountKind, Exchange, Journal, Rate
from tests.conftest import NOON, SYSTEM, client_of
from tests.factories import TODAY
from tests.ledger.conftest import post_fee
from tests.refusing import refused, refused_by_database

RATE = Rate("7.1234", "ECB", TODAY)


def swap(**given: Any) -> Exchange:
    usual: dict[str, Any] = {
        "sold_from": AccountKind.STRIPE_BALANCE, "sold_minor": 10_000, "sold_currency": "USD",
        "bought_to": AccountKind.BANK_CLEARING, "bought_minor": 71_234,
        "bought_currency": "CNY", "rate": RATE,
    }  # fmt: skip
    return Exchange(**(usual | given))


@pytest.fixture
def posted(pia: User, paul: User) -> Journal:
    return post_fee("fee", 12_345, on=TODAY)


def ask(posted: Journal, by: User, reason: str = "entered twice") -> ledger.JournalProposal:
    return ledger.propose_reversal(
        posted.id, reason=reason, effective_on=TODAY, by=by, now=NOON
    )


def test_a_reversal_is_posted_once_another_agrees(
    posted: Journal, pia: User, paul: User
) -> None:
    proposal = ask(posted, pia)
    db.session.flush()
    with refused("somebody else must decide"):
        ledger.approve_proposal(proposal.id, by=pia, now=NOON)
    assert ledger.balance(AccountKind.FEE_INCOME, None, "CNY") != 0
    journal = ledger.approve_proposal(proposal.id, by=paul, now=NOON)
    assert (journal.reverses_id, journal.made_by_id) == (posted.id, pia.id)
    assert ledger.balance(AccountKind.FEE_INCOME, None, "CNY") == 0
    with refused("decided already"):
        ledger.approve_proposal(proposal.id, by=paul, now=NOON)
    with refused("reversed, or"):
        ask(posted, pia)


def test_a_refused_one_posts_nothing_and_may_come_again(
    posted: Journal, pia: User, paul: User
) -> None:
    proposal = ask(posted, pia)
    db.session.flush()
    with refused("reversed, or"):
        ask(posted, paul)
    ledger.refuse_proposal(proposal.id, by=paul, now=NOON)
    assert ledger.count_journals() == 1
    again = ask(posted, paul)
    db.session.flush()
    assert [one.id for one in ledger.proposals()] == [again.id, proposal.id]


def test_what_cannot_be_posted_is_refused_before_anybody_is_asked(
    posted: Journal, pia: User
) -> None:
    with refused("needs a reason"):
        ask(posted, pia, reason=" ")
    with pytest.raises(NotFound):
        ledger.propose_reversal(posted.id + 1, reason="x", effective_on=TODAY, by=pia, now=NOON)
    for words, terms in (
        ("not what the rate gives", swap(bought_minor=71_300)),
        ("between two currencies", swap(bought_currency="USD")),
        ("goes out and what is bought comes in", swap(sold_minor=-1)),
        ("needs its source", swap(rate=Rate("7.1234", " ", TODAY))),
        ("is not a rate", swap(rate=Rate("seven", "ECB", TODAY))),
    ):
        with refused(words):
            ledger.propose_exchange(terms, reason="x", effective_on=TODAY, by=pia, now=NOON)
    assert ledger.proposals() == []


def test_an_exchange_is_posted_as_it_was_proposed(pia: User, paul: User) -> None:
    proposal = ledger.propose_exchange(
        swap(), reason="to pay rent", effective_on=TODAY, by=pia, now=NOON
    )
    db.session.flush()
    assert ledger.exchange_of(proposal) == swap()
    ledger.approve_proposal(proposal.id, by=paul, now=NOON)
    assert ledger.balance(AccountKind.STRIPE_BALANCE, None, "USD") == -10_000
    assert ledger.balance(AccountKind.BANK_CLEARING, None, "CNY") == 71_234
    assert ledger.is_balanced()


def test_the_database_wants_two_people(posted: Journal, pia: User) -> None:
    proposal = ask(posted, pia)
    db.session.flush()
    with refused_by_database("two_people_decide"):
        proposal.decided_by_id, proposal.decided_at = pia.id, NOON
        db.session.flush()


def test_on_the_pages(app: Flask, posted: Journal, pia: User, paul: User, olga: User) -> None:
    journal = f"/finance/ledger/journals/{posted.id}"
    number, day = posted.id, (TODAY + timedelta(days=1)).isoformat()
    client = client_of(app, pia)
    assert "Propose to reverse" in client.get(journal).text
    url = f"/finance/proposals/reversal/{number}"
    answer = client.post(url, data={"reason": "twice", "effective_on": TODAY.isoformat()})
    assert answer.status_code == 303
    text = client.get("/finance/proposals/").text
    assert f"Reversal of journal {number}" in text
    assert "A colleague decides." in text
    form = {
        "sold_from": "stripe_balance", "sold": "100", "sold_currency": "USD",
        "bought_to": "bank_clearing", "bought": "712.34", "bought_currency": "CNY",
        "rate": "7.2", "source": "ECB", "quoted_on": day, "effective_on": day, "reason": "x",
    }  # fmt: skip
    wrong = client.post("/finance/proposals/exchange", data=form)
    assert wrong.status_code == 422
    assert "not what the rate gives" in wrong.text
    assert 'value="7.2"' in wrong.text
    right = client.post("/finance/proposals/exchange", data=form | {"rate": "7.1234"})
    assert right.status_code == 303
    assert "may read this page" in client_of(app, olga).get("/finance/proposals/").text
    with acting(SYSTEM):
        proposal = ledger.proposals()[-1].id
    done = client_of(app, paul).post(f"/finance/proposals/{proposal}/approve")
    assert done.status_code == 303
