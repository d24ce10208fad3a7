"""Why this number: from every kind of journal a link leads to where its amounts come from."""

from flask import Flask

from marketplace import ledger, settlement
from marketplace.accounts import User
from marketplace.core.db import acting, db
from marketplace.ledger import AccountKind, Exchange, Journal, Rate
from tests.conftest import NOON, SYSTEM, client_of
from tests.factories import TODAY, drain, someone
from tests.ledger.conftest import post_fee
from tests.settlement.test_clearing import confirm, owe, repay


def page_of(app: Flask, of: User, journal_id: int | None) -> str:
    return client_of(app, of).get(f"/finance/ledger/journals/{journal_id}").text


def journal_of(key: str) -> int | None:
    query = db.select(Journal.id).where(Journal.idempotency_key.startswith(key))
    with acting(SYSTEM):
        return db.session.scalars(query.order_by(Journal.id)).first()


def test_a_payment_by_bank_and_the_end_of_a_debt_lead_to_their_statements(
    app: Flask, pia: User, olga: User
) -> None:
    debt = owe()
    confirm(repay(debt, someone("fred")), someone("aline"))
    drain()
    stated = db.session.scalars(db.select(settlement.Statement.code).order_by("id")).all()
    first, second = stated
    paid, ended = journal_of("remittance:"), journal_of("debt:")
    for number, code, told in (
        (paid, first, "recorded as paid by bank"),
        (ended, second, "two people ended this debt"),
    ):
        for reader in (pia, olga):
            page = page_of(app, reader, number)
            assert f"/finance/statements/{code}" in page
            assert told in page
            assert "entered by one person" not in page
    assert "BK 7" in page_of(app, pia, ended)
    every = client_of(app, pia, "zh").get("/finance/ledger/journals/").text
    assert f"结佣单 {first} 的佣金已支付" in every
    assert f"结佣单 {second} 的欠款已偿还" in every


def test_what_was_posted_by_hand_leads_to_its_proposal(
    app: Flask, pia: User, paul: User
) -> None:
    swap = Exchange(
        AccountKind.BANK_CLEARING, 10_000, "USD", AccountKind.BANK_CLEARING, 71_234, "CNY",
        Rate("7.1234", "Bank of China", TODAY),
    )  # fmt: skip
    asked = [
        ledger.propose_exchange(swap, reason="Fees", effective_on=TODAY, by=pia, now=NOON),
        ledger.propose_reversal(
            post_fee("typed").id, reason="Typed twice", effective_on=TODAY, by=pia, now=NOON
        ),
    ]
    db.session.flush()
    facts = [
        (ledger.approve_proposal(one.id, by=paul, now=NOON).id, one.code, one.reason)
        for one in asked
    ]
    plain = journal_of("typed")
    for number, code, reason in facts:
        page = page_of(app, pia, number)
        assert f"/finance/proposals/#{code}" in page
        assert reason in page
        assert f'id="{code}"' in client_of(app, pia).get("/finance/proposals/").text
    assert "/finance/proposals/#" not in page_of(app, pia, plain)
