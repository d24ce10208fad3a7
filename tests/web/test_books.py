"""Finance's pages of the books: balances by day, journals, months and incidents."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import text

from marketplace import ledger, settlement
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.ledger import AccountKind, Entry, Rate
from marketplace.portfolios import Portfolio
from marketplace.reactions import drain
from marketplace.web.journals import journal_words
from tests import factories
from tests.conftest import NOON, client_of
from tests.factories import TODAY
from tests.ledger.conftest import bean_check, post_fee

DAY = TODAY - timedelta(days=40)
MONTH = f"{DAY:%Y-%m}"


@pytest.fixture
def posted(pia: User, paul: User) -> int:
    """The number of a journal of 123.45."""
    return post_fee("january", 12_345, on=DAY).id


@pytest.fixture
def stated(clara: User, amy: User, aline: User, pia: User, fred: User, fang: User, paul: User):
    placed = factories.placement(clara, amy, rate_bps=2500)
    case = factories.cases_of(db.session.get(Portfolio, placed.portfolio_id))[0]
    factories.payment(case, 10_001, verified_by=aline)
    statement = factories.statement(pia)
    settlement.confirm(statement.id, by=fred, now=NOON)
    settlement.confirm(statement.id, by=fang, now=NOON)
    return settlement.approve(statement.id, by=paul, now=NOON)


def test_journals_of_an_account_that_no_database_holds(
    app: Flask, posted: int, pia: User
) -> None:
    assert (
        client_of(app, pia).get(f"/finance/ledger/journals/?account={10**30}").status_code < 500
    )


def test_the_trial_balance_of_a_day(app: Flask, posted: int, pia: User) -> None:
    client = client_of(app, pia)
    page = client.get("/finance/ledger/").text
    assert "123.45" in page
    assert "Debits equal credits" in page
    earlier = client.get(f"/finance/ledger/?as_of={DAY - timedelta(days=1)}")
    assert "Nothing has been posted yet." in earlier.text
    on_the_day = client.get(f"/finance/ledger/?as_of={DAY}").text
    assert "123.45" in on_the_day


def test_a_day_that_is_none_is_said(app: Flask, posted: int, pia: User) -> None:
    answer = client_of(app, pia).get("/finance/ledger/?as_of=<b>")
    assert answer.status_code == 200
    assert "“&lt;b&gt;” is not a day" in answer.text


def test_books_out_of_balance_are_said(app: Flask, posted: int, pia: User) -> None:
    account = ledger.balances()[0].account_id
    db.session.execute(
        text(
            "INSERT INTO postings (journal_id, account_id, amount_minor, currency)"
            " VALUES (:journal, :account, 1, 'CNY')"
        ),
        {"journal": posted, "account": account},
    )
    assert "out of balance" in client_of(app, pia).get("/finance/ledger/").text


def test_journals_by_page_and_account(app: Flask, pia: User, paul: User) -> None:
    for n in range(53):
        post_fee(f"n{n}")
    account = ledger.balances()[0].account_id
    client = client_of(app, pia)
    assert client.get("/finance/ledger/journals/").text.count("A fee") == 50
    assert client.get("/finance/ledger/journals/?page=2").text.count("A fee") == 3
    of_one = client.get(f"/finance/ledger/journals/?account={account}").text
    assert "Platform fee income CNY" in of_one
    assert client.get("/finance/ledger/journals/?account=999999").status_code == 404


def test_a_journal_leads_to_its_statement(
    app: Flask, stated: settlement.Statement, pia: User, olga: User
) -> None:
    db.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    code, number = stated.code, stated.journal_id
    digest = ledger.journal_sheet(number).hash
    assert len(digest) == 64
    for client in (client_of(app, pia), client_of(app, olga)):
        page = client.get(f"/finance/ledger/journals/{number}").text
        assert f"/finance/statements/{code}" in page
        assert "Why this number?" in page
        assert digest in page
        assert client.get("/finance/ledger/journals/999999").status_code == 404


def test_a_reversal_and_what_it_reverses_lead_to_each_other(
    app: Flask, posted: int, pia: User, paul: User
) -> None:
    made = ledger.reverse(
        posted, reason="Typed twice", effective_on=TODAY, made_by_id=pia.id,
        approved_by=paul, now=NOON,
    ).id  # fmt: skip
    client = client_of(app, pia)
    assert f"journals/{made}" in client.get(f"/finance/ledger/journals/{posted}").text
    page = client.get(f"/finance/ledger/journals/{made}").text
    assert f"journals/{posted}" in page
    assert "Typed twice" in page


def test_journals_are_told_in_the_readers_language(
    app: Flask, stated: settlement.Statement, posted: int, pia: User, paul: User
) -> None:
    ledger.exchange(
        "fx", Entry(AccountKind.FEE_RECEIVABLE, None, -10_000, "USD"),
        Entry(AccountKind.FEE_RECEIVABLE, None, 71_234, "CNY"),
        Rate("7.1234", "Bank of China", TODAY), effective_on=TODAY, made_by_id=pia.id,
        approved_by=paul, now=NOON,
    )  # fmt: skip
    reversal = ledger.reverse(
        posted, reason="Typed twice", effective_on=TODAY, made_by_id=pia.id,
        approved_by=paul, now=NOON,
    ).id  # fmt: skip
    code, end = stated.code, stated.period_end
    every = client_of(app, pia, "zh").get("/finance/ledger/journals/").text
    assert f"结佣单 {code}，截至 {end}" in every
    assert "USD 兑换为 CNY，汇率 7.1234" in every
    assert "A fee" in every, "what a person typed stays as it is"
    page = client_of(app, pia, "zh").get(f"/finance/ledger/journals/{reversal}").text
    assert f"冲正 {DAY} 的凭证 {posted}" in page
    said = client_of(app, pia, "en").get("/finance/ledger/journals/").text
    assert f"Statement {code} to {end}" in said
    assert "Exchange of USD for CNY at 7.1234" in said


def test_a_wording_of_the_rails_is_told_too(app: Flask) -> None:
    with app.test_request_context(), force_locale("zh"):
        assert journal_words("Statement ST-1 taken back") == "撤回结佣单 ST-1"
        assert journal_words("Statement of what was taken") == "Statement of what was taken"


def test_two_people_close_a_month_on_screen(
    app: Flask, posted: int, pia: User, paul: User
) -> None:
    first, second = client_of(app, pia), client_of(app, paul)
    assert "Propose to close" in first.get("/finance/months/").text
    assert first.post(f"/finance/months/{MONTH}/propose").status_code == 303
    assert "A colleague closes it." in first.get("/finance/months/").text
    assert first.post(f"/finance/months/{MONTH}/close").status_code == 409
    assert "Close for good" in second.get("/finance/months/").text
    assert second.post(f"/finance/months/{MONTH}/close").status_code == 303
    assert "is closed. Corrections go to the open month." in second.get("/finance/months/").text
    assert second.post("/finance/months/2026-13/close").status_code == 404


def test_an_incident_is_shown_and_closed_with_words(app: Flask, pia: User, olga: User) -> None:
    details = {
        "currency": "CNY", "expected_minor": 910, "found_minor": 911, "difference_minor": 1,
    }  # fmt: skip
    ledger.open_incident("statement_fee", "ST-00001", details, now=NOON)
    incident = ledger.open_incident(
        "journal_chain", "journals",
        {"journal": 7, "why": "the journal is not what was posted"}, now=NOON,
    )  # fmt: skip
    address, code = f"/finance/incidents/{incident.id}/close", pia.code
    client = client_of(app, pia)
    assert "2 incidents are open" in client.get("/finance/").text
    page = client.get("/finance/incidents/").text
    for words in ("ST-00001", "9.10", "9.11", "0.01", "journal 7: the journal is not what"):
        assert words in page
    assert "No month can be closed" in client.get("/finance/months/").text
    assert client.post(address, data={"note": " "}).status_code == 409
    assert client.post(address, data={"note": "A test"}).status_code == 303
    after = client.get("/finance/incidents/").text
    assert "A test" in after
    assert code in after


def test_the_auditor_reads_and_does_not_act(app: Flask, posted: int, olga: User) -> None:
    ledger.open_incident("journal_chain", "journals", {"why": "x", "journal": 0}, now=NOON)
    client = client_of(app, olga)
    incidents = client.get("/finance/incidents/").text
    assert "Finance closes it with a reason." in incidents
    assert "<textarea" not in incidents
    assert "Finance closes months." in client.get("/finance/months/").text
    for address in (
        f"months/{MONTH}/propose", f"months/{MONTH}/close", "incidents/1/close",
        "incidents/check",
    ):  # fmt: skip
        assert client.post(f"/finance/{address}").status_code == 403


def test_a_check_that_finance_asked_for(app: Flask, posted: int, pia: User) -> None:
    client = client_of(app, pia)
    assert "not been checked yet" in client.get("/finance/incidents/").text
    client.post("/finance/incidents/check")
    assert "are being checked" in client.get("/finance/incidents/").text
    client.post("/finance/incidents/check")
    assert "waiting already" in client.get("/finance/incidents/").text
    drain(NOON)
    assert "0 differences" in client.get("/finance/incidents/").text


def test_the_pages_in_chinese(app: Flask, posted: int, pia: User) -> None:
    client = client_of(app, pia, "zh")
    for address, words in (
        ("ledger/", "试算平衡表"), ("ledger/journals/", "凭证"),
        (f"ledger/journals/{posted}", "金额从何而来"), ("months/", "月结"),
        ("incidents/", "没有未关闭的差异"),
    ):  # fmt: skip
        assert words in client.get(f"/finance/{address}").text


def test_a_statements_journal_goes_to_another_program(
    app: Flask, stated: settlement.Statement, pia: User, fred: User, tmp_path: Path
) -> None:
    code, number, key = stated.code, stated.journal_id, f"statement:{stated.id}"
    address = f"/finance/ledger/journals/{number}.beancount"
    assert address in client_of(app, pia).get(f"/finance/statements/{code}").text
    assert "Beancount" not in client_of(app, fred).get(f"/agency/statements/{code}").text
    told = client_of(app, pia).get(address).get_data(as_text=True)
    assert f'key: "{key}"' in told
    assert told.count("\n  journal: ") == 1
    path = tmp_path / "journal.beancount"
    path.write_text(told)
    assert bean_check(path) == ""
    assert (
        client_of(app, pia).get("/finance/ledger/journals/999999.beancount").status_code == 404
    )
