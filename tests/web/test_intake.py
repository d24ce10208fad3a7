"""Reconciliation on screen: bring in, look, decide, check; what agencies and finance see."""

import io
import re

import pytest
from flask import Flask
from python_calamine import load_workbook
from sqlalchemy import select

from marketplace import intake
from marketplace.accounts import User
from marketplace.core.db import acting, db
from marketplace.intake import Decision
from tests import factories
from tests.conftest import SYSTEM, client_of
from tests.intake.files import LATER, bank, bring, claims, ledger, placed, small_month
from tests.intake.test_deciding import code_at, line_at, match


def files() -> dict[str, object]:
    posted = ledger(("C000001", "2026-03-03", "100.00", "R1"))
    shown = bank(("C000001", "2026-03-03", "100.00"))
    told = claims(("K1", "C000001", "2026-03-03", "100.00"))
    return {
        "month": "2026-03",
        "agency": "ANHENG",
        "ledger": (io.BytesIO(posted.content), posted.name),
        "bank": (io.BytesIO(shown.content), shown.name),
        "claims": (io.BytesIO(told.content), told.name),
    }


def test_files_are_brought_in_matched_and_approved(app: Flask, fang: User, aline: User) -> None:
    placed()
    client = client_of(app, fang)
    assert "Nothing has been brought in yet" in client.get("/lender/intake/").text
    answer = client.post("/lender/intake/", data=files())
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).text
    assert "data-poll" in page
    factories.drain(LATER)
    page = client.get(answer.headers["Location"]).text
    assert "3 lines matched automatically" in page
    assert "Approve automatic matches" not in page.split("note info")[1].split("</form>")[0]
    for piece in ('id="waterfall"', 'id="rates"', "ledger.csv", "100.0%"):
        assert piece in page
    again = client.post("/lender/intake/", data=files())
    assert again.status_code == 422
    assert "ledger.csv was brought in already" in again.text
    second = client_of(app, aline)
    page = second.get("/lender/intake/2026-03/").text
    code = re.search(r"/lender/intake/decisions/(RD-\w+)/check", page).group(1)
    done = second.post(f"/lender/intake/decisions/{code}/check", data={"verdict": "agree"})
    assert "Agreed. 1 payment verified." in second.get(done.headers["Location"]).text


HUGE = "99999999999999999999.00"


@pytest.mark.parametrize(
    "row",
    [
        ("C000001", "2026-03-03", HUGE, "R1"),
        ("C000001", "2026-03-03", "1e400", "R1"),
        ("C000001", "2026-03-03", "NaN", "R1"),
        ("C\0", "2026-03-03", "1.00", "R1"),
        ("C000001", "0001-01-01", "1.00", "R1"),
    ],
)
def test_what_nobody_can_keep_is_refused_by_its_line(
    app: Flask, fang: User, fred: User, clara: User, row: tuple[str, str, str, str]
) -> None:
    placed()
    number, day, amount, _reference = row
    told = {
        "ledger": ledger(row),
        "bank": bank((number, day, amount)),
        "claims": claims(("K1", number, day, amount)),
    }
    lender, agent = client_of(app, fang), client_of(app, fred)
    lender_id = str(clara.organisation_id)
    for kind, file in told.items():
        answer = lender.post(
            "/lender/intake/",
            data={
                "month": "2026-03",
                "agency": "ANHENG",
                kind: (io.BytesIO(file.content), file.name),
            },
        )
        assert (answer.status_code, f"{file.name}:2" in answer.text) == (422, True), kind
    answer = agent.post(
        "/agency/intake/",
        data={"month": "2026-03", "lender": lender_id, "file": (
            io.BytesIO(told["claims"].content), "claims.csv")},
    )  # fmt: skip
    assert (answer.status_code, "claims.csv:2" in answer.text) == (422, True)


def test_a_month_nobody_lived_in_is_none(app: Flask, fang: User) -> None:
    client = client_of(app, fang)
    answer = client.post("/lender/intake/", data=files() | {"month": "0001-01"})
    assert answer.status_code == 422
    assert client.get("/lender/intake/0001-01/").status_code == 404


def test_a_page_beyond_every_list_is_an_empty_one(
    app: Flask, month: None, fang: User, fred: User, pia: User, aline: User
) -> None:
    beyond = "page=" + "9" * 22
    for who, path in (
        (fang, "/lender/intake/2026-03/"),
        (fang, "/lender/clawbacks/"),
        (fred, "/agency/intake/"),
        (fred, "/agency/clawbacks/"),
        (pia, "/finance/clawbacks/"),
        (aline, "/account/audit"),
    ):
        client = client_of(app, who)
        assert client.get(f"{path}?{beyond}").status_code == 200, path
        assert client.get(f"{path}?page={'9' * 5000}").status_code in {200, 400}, path


@pytest.fixture
def month(app: Flask) -> None:
    small_month()


def test_the_queue_shows_why_and_the_likely_partner(
    app: Flask, month: None, fang: User
) -> None:
    code, partner = code_at("ledger.csv:4"), code_at("bank.csv:4")
    matched = code_at("ledger.csv:2")
    client = client_of(app, fang)
    page = client.get("/lender/intake/2026-03/").text
    assert "No bank entry with its number, amount and day was found." in page
    row = page.split(f">{code}</a>")[1].split("</tr>")[0]
    assert partner in row
    only = client.get("/lender/intake/2026-03/?state=all&kind=matched").text
    assert code not in only
    assert matched in only
    assert (
        client.get("/lender/intake/2026-03/?state=nonsense&page=9&month=x").status_code == 200
    )
    assert client.get("/lender/intake/2026-07/").status_code == 404
    assert client.get("/lender/intake/march/").status_code == 404


def test_a_group_is_matched_from_its_page(app: Flask, month: None, fang: User) -> None:
    code, partner = code_at("ledger.csv:4"), code_at("bank.csv:4")
    client = client_of(app, fang)
    page = client.get(f"/lender/intake/groups/{code}").text
    assert "same amount" in page
    assert f'value="{partner}"' in page
    wrong = client.post(f"/lender/intake/groups/{code}/match", data={"reason": "x"})
    assert wrong.status_code == 422
    assert "two sources" in wrong.text
    data = {"with": [partner], "reason": "same day"}
    assert client.post(f"/lender/intake/groups/{code}/match", data=data).status_code == 303
    stale = client.post(f"/lender/intake/groups/{code}/match", data=data)
    assert stale.status_code == 409
    assert "changed meanwhile" in stale.text


def test_a_group_is_split_or_resolved_from_its_page(
    app: Flask, month: None, fang: User
) -> None:
    cases = db.session.scalars(select(factories.Case).order_by(factories.Case.id)).all()
    own, other = cases[0].code, cases[1].code
    code, line, claim = code_at("bank.csv:4"), line_at("bank.csv:4").id, code_at("huaxin.csv:3")
    client = client_of(app, fang)
    data = {"line": line, "currency": "CNY", "reason": "two loans", "case_1": own,
            "amount_1": "30", "case_2": other, "amount_2": "39.99"}  # fmt: skip
    wrong = client.post(f"/lender/intake/groups/{code}/split", data=data)
    assert wrong.status_code == 422
    assert "The amounts come to 69.99, the line to 70.00" in wrong.text
    right = data | {"amount_2": "40"}
    assert client.post(f"/lender/intake/groups/{code}/split", data=right).status_code == 303
    url = f"/lender/intake/groups/{claim}/resolve"
    assert client.post(url, data={"reason": "x"}).status_code == 422
    closing = {"reason": "x", "reason_code": "claim_refused"}
    assert client.post(url, data=closing).status_code == 303


def test_decisions_are_checked_refused_and_reversed_on_screen(
    app: Flask, month: None, fang: User, aline: User
) -> None:
    made = match("ledger.csv:4", "bank.csv:4").code
    group = code_at("ledger.csv:4")
    maker, checker = client_of(app, fang), client_of(app, aline)
    assert "A colleague checks it" in maker.get("/lender/intake/2026-03/decisions").text
    url = f"/lender/intake/decisions/{made}/check"
    assert maker.post(url, data={"verdict": "agree"}).status_code == 409
    assert checker.post(url, data={"verdict": "refuse"}).status_code == 409  # says no why
    assert made in checker.get("/lender/intake/2026-03/decisions").text
    assert checker.post(url, data={"verdict": "agree"}).status_code == 303
    page = maker.get(f"/lender/intake/groups/{group}").text
    assert "Propose to reverse" in page
    data = {"decision": made, "reason": "wrong"}
    undone = maker.post(f"/lender/intake/groups/{group}/reverse", data=data)
    assert undone.status_code == 303
    with acting(SYSTEM):
        latest = db.session.scalars(select(Decision.code).order_by(Decision.id.desc())).first()
    done = checker.post(f"/lender/intake/decisions/{latest}/check", data={"verdict": "agree"})
    assert "Reversed." in checker.get(done.headers["Location"]).text


def test_the_text_of_an_entry_is_shown_on_demand_and_noted(
    app: Flask, month: None, fang: User
) -> None:
    code = code_at("bank.csv:4")
    client = client_of(app, fang)
    assert "王小明" not in client.get(f"/lender/intake/groups/{code}").text
    assert "王小明" in client.post(f"/lender/intake/groups/{code}/texts").text
    with acting(SYSTEM):
        assert factories.events("entry.revealed")


def test_the_export_holds_what_the_filter_shows(app: Flask, month: None, fang: User) -> None:
    code = code_at("huaxin.csv:3")
    client = client_of(app, fang)
    written = client.get("/lender/intake/2026-03/groups.csv?kind=unknown_claim").data
    lines = written.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 2
    assert any(line.startswith(code) and "33.00" in line for line in lines)
    book = load_workbook(
        io.BytesIO(client.get("/lender/intake/2026-03/groups.xlsx?state=all").data)
    )
    assert len(book.get_sheet_by_index(1).to_python()) == 1 + 7
    assert client.get("/lender/intake/2026-03/groups.exe").status_code == 404


def approve(app: Flask, aline: User) -> None:
    """The second person of the lender agrees to everything that matched automatically."""
    with acting(SYSTEM):
        code = db.session.scalars(select(Decision.code)).one()
    client = client_of(app, aline)
    done = client.post(f"/lender/intake/decisions/{code}/check", data={"verdict": "agree"})
    assert done.status_code == 303


def test_an_agency_sees_what_is_missing_and_brings_its_own(
    app: Flask, month: None, amy: User, fang: User, aline: User
) -> None:
    lender_id = fang.organisation_id
    client = client_of(app, amy)
    page = client.get("/agency/intake/").text
    assert "K2" in page
    assert "Matched, the lender has to approve" in page
    assert "No payment on this case fits amount and day." in page
    assert 'id="ageing-CNY"' in page
    approve(app, aline)
    assert "K1" not in client.get("/agency/intake/").text
    everything = client.get("/agency/intake/?show=all").text
    assert "H1" not in everything
    assert "Accepted" in everything.split(">K1<")[1].split("</tr>")[0]
    assert "No claim has been refused." in client.get("/agency/intake/?show=refused").text
    told = claims(("K3", "C000001", "2026-03-20", "5.00"), name="more.csv")
    data = {
        "lender": lender_id, "month": "2026-03",
        "file": (io.BytesIO(told.content), told.name),
    }  # fmt: skip
    assert client.post("/agency/intake/", data=data).status_code == 303
    assert "Being matched" in client.get("/agency/intake/").text
    foreign = claims(("K4", "C1", "2026-03-20", "5.00"), lender="BOHAI", name="foreign.csv")
    data["file"] = (io.BytesIO(foreign.content), foreign.name)
    answer = client.post("/agency/intake/", data=data)
    assert answer.status_code == 422
    assert "it claims from BOHAI" in answer.text
    assert "K2" in client.get("/agency/intake/claims.csv").text
    assert "PY-" in client.get("/agency/intake/claims.csv?show=all").text
    assert "more.csv" in client.get("/agency/intake/?show=nonsense").text


def test_finance_reads_every_month_and_decides_nothing(
    app: Flask, month: None, pia: User
) -> None:
    client = client_of(app, pia)
    assert "/finance/intake/JIANGNAN/2026-03/" in client.get("/finance/intake/").text
    page = client.get("/finance/intake/JIANGNAN/2026-03/").text
    assert "Posting without a bank entry" in page
    assert "Approve automatic matches" not in page
    assert client.get("/finance/intake/ANHENG/2026-03/").status_code == 404


def test_finance_opens_a_group_and_decides_nothing(app: Flask, month: None, pia: User) -> None:
    made = match("ledger.csv:4", "bank.csv:4").code
    code, other = code_at("bank.csv:4"), code_at("bank.csv:3")
    client = client_of(app, pia)
    address = f"/finance/intake/JIANGNAN/2026-03/groups/{code}"
    assert address in client.get("/finance/intake/JIANGNAN/2026-03/?state=all").text
    page = client.get(address).text
    for words in ("bank.csv:4", made, "To be checked", "/finance/intake/JIANGNAN/2026-03/"):
        assert words in page
    for one in (address, f"/finance/intake/JIANGNAN/2026-03/groups/{other}"):
        for words in ("<form method=\"post\" action=\"/lender", "Propose", "/lender/",
                      "Show the whole text"):  # fmt: skip
            assert words not in client.get(one).text.split("<main")[1]
    assert client.get(f"/finance/intake/JIANGNAN/2026-02/groups/{code}").status_code == 404
    assert client.get(f"/finance/intake/BOHAI/2026-03/groups/{code}").status_code == 404
    assert client.get("/finance/intake/JIANGNAN/2026-03/groups/RG-NONE").status_code == 404
    assert client.post(address).status_code == 405


def test_a_reader_sees_no_way_to_decide(app: Flask, month: None, victor: User) -> None:
    code = code_at("bank.csv:4")
    client = client_of(app, victor)
    page = client.get(f"/lender/intake/groups/{code}").text
    for words in ("Propose the match", "Propose to resolve", "Show the whole text"):
        assert words not in page
    assert client.post(f"/lender/intake/groups/{code}/match").status_code == 403


def test_a_strangers_groups_are_not_found(app: Flask, month: None, bea: User) -> None:
    code = code_at("bank.csv:4")
    made = match("ledger.csv:4", "bank.csv:4").code
    client = client_of(app, bea)
    assert client.get(f"/lender/intake/groups/{code}").status_code == 404
    assert client.get("/lender/intake/2026-03/").status_code == 404
    for deed in ("match", "resolve", "texts"):
        data = {"reason": "x", "reason_code": "other"}
        answer = client.post(f"/lender/intake/groups/{code}/{deed}", data=data)
        assert answer.status_code == 404, deed
    assert client.post(f"/lender/intake/decisions/{made}/check").status_code in {403, 404}
    assert intake.STATES[0] == "open"


def test_a_month_without_open_groups_says_so(app: Flask, fang: User) -> None:
    placed()
    bring(
        ledger(("C000001", "2026-03-03", "1.00", "R1")), bank(("C000001", "2026-03-03", "1.00"))
    )
    assert "Nothing waits here." in client_of(app, fang).get("/lender/intake/2026-03/").text
