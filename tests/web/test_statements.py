"""The list of statements by pages, and the page of one whose lines fill several."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import select, text

from marketplace import audit, casework, settlement
from marketplace.accounts import User
from marketplace.casework import Payment, PaymentRow
from marketplace.core.db import acting, db
from marketplace.settlement import Statement
from tests import factories
from tests.conftest import NOON, SYSTEM, TestBrowser, client_of
from tests.factories import TODAY, someone

MONTH = timedelta(days=30)


def many(statements: int) -> None:
    """As many more drafts of other periods, like one that is there."""
    clara, amy = someone("clara"), someone("amy")
    factories.placement(clara, amy, rate_bps=2500)
    factories.payment(factories.any_case(), verified_by=someone("aline"))
    made = factories.statement(someone("pia"))
    columns = [
        column.key
        for column in Statement.__table__.columns
        if not column.computed and column.key not in {"id", "period_start", "period_end"}
    ]
    kept = ", ".join(columns)
    db.session.execute(
        text(
            f"INSERT INTO statements ({kept}, period_start, period_end)"
            f" SELECT {kept}, period_start - n::integer, period_end - n::integer"
            "   FROM statements, generate_series(1, :n) n WHERE id = :id"
        ),
        {"n": statements, "id": made.id},
    )
    db.session.commit()


def listed(answer: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.removeprefix("\ufeff"))))


def codes_on(client: TestBrowser, door: str, query: str = "") -> int:
    page = client.get(f"/{door}/statements/{query}")
    assert page.status_code == 200
    return page.text.count('<td class="id">')


def test_every_side_pages_through_all_its_statements(
    app: Flask, fang: User, fred: User, pia: User, bea: User
) -> None:
    many(520)
    for who, door in ((fang, "lender"), (fred, "agency"), (pia, "finance")):
        client = client_of(app, who)
        assert codes_on(client, door) == 50
        assert "1 to 50 of 521" in client.get(f"/{door}/statements/").text
        assert codes_on(client, door, "?page=11") == 21
        everything = listed(client.get(f"/{door}/statements/exports/list.csv").text)
        assert len({row["Statement"] for row in everything}) == 521
        assert everything[0]["Commission"] == "25.00"
    assert codes_on(client_of(app, bea), "lender") == 0
    assert listed(client_of(app, bea).get("/lender/statements/exports/list.csv").text) == []


def test_the_state_survives_paging_and_goes_into_the_file(app: Flask, pia: User) -> None:
    many(60)
    client = client_of(app, pia)
    page = client.get("/finance/statements/?status=draft").text
    assert "status=draft&amp;page=2" in page
    assert "/finance/statements/exports/list.csv?status=draft" in page
    assert codes_on(client, "finance", "?status=draft&page=2") == 11
    nothing = client.get("/finance/statements/?status=paid").text
    assert "No statement is in this state." in nothing
    assert listed(client.get("/finance/statements/exports/list.csv?status=paid").text) == []
    assert codes_on(client, "finance", "?status=unheard-of") == 50


def long_statement(payments: int) -> Statement:
    """A draft of as many payments of one case."""
    factories.placement(someone("clara"), someone("amy"), rate_bps=2500)
    number = factories.any_case().lender_case_no
    rows = [PaymentRow(number, TODAY, 100, f"R{n}") for n in range(payments)]
    casework.record_payments(rows, by=someone("fang"), now=NOON + MONTH)
    ids = list(db.session.scalars(select(Payment.id)))
    casework.verify_payments(ids, by=someone("aline"), now=NOON + MONTH)
    made = factories.statement(someone("pia"))
    db.session.commit()
    return made


def lines_on(page: str) -> list[str]:
    """The payments of the lines on a page, in their order."""
    return re.findall(r'id="line-(PY-\w+)"', page)


def test_lines_have_pages_and_a_link_to_one_opens_its_page(app: Flask, fred: User) -> None:
    made = long_statement(230)
    codes = [line.payment for line in settlement.line_rows(made)]
    client, address = client_of(app, fred), f"/agency/statements/{made.code}"
    first = client.get(address).text
    assert lines_on(first) == codes[:100]
    assert "?page=2#lines" in first
    assert "1 to 100 of 230" in first
    assert lines_on(client.get(f"{address}?page=3").text) == codes[200:]
    assert lines_on(client.get(f"{address}?page=99").text) == codes[200:], "there is no other"
    assert lines_on(client.get(f"{address}?payment={codes[150]}").text) == codes[100:200]
    assert lines_on(client.get(f"{address}?payment={codes[150]}&page=1").text) == codes[:100]
    assert lines_on(client.get(f"{address}?payment=PY-NONE").text) == codes[:100]
    assert len(first) < 2_500 * 100 + 60_000
    rows = client.get(f"{address}.csv").text
    assert all(code in rows for code in codes)


def test_lines_of_other_pages_are_disputed_by_their_codes(app: Flask, fred: User) -> None:
    made = long_statement(101)
    codes = [line.payment for line in settlement.line_rows(made)]
    client, code = client_of(app, fred), made.code
    raise_them = f"/agency/disputes/of/{code}"
    unknown = client.post(raise_them, data={"more": "PY-NONE", "reason": "wrong"})
    assert unknown.status_code == 409
    given = {"payment": codes[0], "more": f" {codes[100].lower()}，{codes[50]} ", "reason": "x"}
    assert client.post(raise_them, data=given).status_code == 303
    page = client.get("/agency/disputes/").text
    link = f"/agency/statements/{code}?payment={codes[100]}#line-{codes[100]}"
    assert link in page
    assert lines_on(client.get(link).text) == [codes[100]]


def test_a_preview_of_nothing_names_all_that_could_be_due(app: Flask, pia: User) -> None:
    page = client_of(app, pia).get("/finance/drafts/preview").text
    assert "no holdback whose time has come, no terms that reach back" in page


def test_a_file_that_was_handed_out_is_told_from_one_that_was_changed(
    app: Flask, fang: User, fred: User, tmp_path: Path
) -> None:
    many(0)
    code = db.session.scalars(select(Statement.code)).one()
    mine, other = fang.organisation_id, fred.organisation_id
    client = client_of(app, fang)
    for kind in ("pdf", "csv", "xlsx"):
        (tmp_path / f"own.{kind}").write_bytes(
            client.get(f"/lender/statements/{code}.{kind}").data
        )
    changed = tmp_path / "changed.csv"
    changed.write_bytes((tmp_path / "own.csv").read_bytes().replace(b"25.00", b"52.00"))
    key = audit.load_signing_key(app.config["SETTINGS"].keys)
    with acting(SYSTEM):
        db.session.rollback()
        bundle, theirs = (audit.chain_bundle(one, key, now=NOON) for one in (mine, other))
    assert audit.verify_bundle(bundle) == []
    own = [tmp_path / f"own.{kind}" for kind in ("pdf", "csv", "xlsx")]
    assert audit.unissued(bundle, own) == []
    assert len(audit.unissued(bundle, [changed, tmp_path / "none.pdf"])) == 2
    told = (tmp_path / "own.csv").read_text("utf-8-sig")
    head = dict(part.split("=", 1) for part in re.search("chain=.*", told)[0].split())
    held = head | {"chain": int(head["chain"]), "sequence": int(head["sequence"])}
    assert audit.verify_bundle(bundle, held_head=held) == []
    assert audit.unissued(theirs, own) != [], "nobody sees what another downloads"
