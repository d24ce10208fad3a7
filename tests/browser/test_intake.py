"""A month is brought in, its queue worked and checked, by two people in a real Chromium."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from marketplace.demo.cast import email
from tests.browser.conftest import People, follow, healthy, press, sees, zh
from tests.browser.site import Site
from tests.intake.files import bank, claims, ledger

pytestmark = pytest.mark.browser

MONTH = "2026-03"


@pytest.fixture
def numbers(site: Site) -> list[str]:
    """Cases of a lender whose months nobody else works on."""
    found = site.sql(
        "SELECT lender_case_no FROM cases c JOIN organisations o ON o.id = c.lender_id"
        " WHERE o.short_code = 'DEMO' ORDER BY c.id LIMIT 3"
    )
    return [row[0] for row in found]


@pytest.fixture
def month(tmp_path: Path, numbers: list[str]) -> dict[str, Path]:
    """A payment that matches, and one whose bank entry bears no number."""
    one, other, _third = numbers
    files = (
        ledger((one, "2026-03-03", "100.00", "BR-1"), (other, "2026-03-05", "70.00", "BR-2")),
        bank((one, "2026-03-03", "100.00"), ("手机银行转账", "2026-03-06", "70.00")),
    )
    for file in files:
        (tmp_path / file.name).write_bytes(file.content)
    return {file.kind.value: tmp_path / file.name for file in files}


@pytest.fixture
def finance(people: People) -> Page:
    return people.tab(email("DEMO", "finance"))


def test_a_month_is_brought_in_decided_and_checked(
    people: People, finance: Page, month: dict[str, Path]
) -> None:
    finance.goto("/lender/intake/")
    healthy(finance)
    finance.get_by_label(zh("Month of payments"), exact=True).fill(MONTH)
    finance.get_by_label(zh("Ledger file"), exact=True).set_input_files(month["ledger"])
    finance.get_by_label(zh("Bank statement"), exact=True).set_input_files(month["bank"])
    press(finance, "Bring in and match")
    row = finance.get_by_role("row").filter(has_text=zh("Posting without a bank entry")).first
    expect(row).to_contain_text(zh("Bank entry without a posting"), timeout=60_000)
    healthy(finance)

    row.get_by_role("link").focus()
    finance.keyboard.press("Enter")
    sees(finance, "Why it stopped")
    healthy(finance)
    finance.locator("input[name=with]").first.focus()
    finance.keyboard.press("Space")
    finance.get_by_label(zh("Reason"), exact=True).first.fill("同额，隔日到账")
    press(finance, "Propose the match")
    finance.wait_for_url("**/lender/intake/2026-03/")

    approver = people.tab(email("DEMO", "approver"))
    approver.goto(f"/lender/intake/{MONTH}/")
    press(approver, "Approve automatic matches")
    approver.wait_for_url("**/decisions")
    healthy(approver)
    press(approver, "Agree")
    sees(approver, "Nothing waits for a second person.")
    follow(approver, "To the queue")
    sees(approver, "Nothing waits here.")
    expect(approver.locator(".kpis")).to_contain_text("100.0%")

    finance.goto("/lender/intake/")
    finance.get_by_label(zh("Month of payments"), exact=True).fill(MONTH)
    finance.get_by_label(zh("Bank statement"), exact=True).set_input_files(month["bank"])
    press(finance, "Bring in and match")
    expect(finance.get_by_role("alert")).to_contain_text("bank.csv")


def test_an_agency_brings_claims_and_reads_what_is_missing(
    people: People, site: Site, tmp_path: Path
) -> None:
    lender, agency, number = site.sql(
        "SELECT l.short_code, a.short_code, c.lender_case_no FROM placement_cases p"
        " JOIN cases c ON c.id = p.case_id JOIN organisations l ON l.id = c.lender_id"
        " JOIN organisations a ON a.id = p.agency_id"
        " JOIN placements t ON t.id = p.placement_id AND t.answered_at IS NOT NULL"
        " WHERE EXISTS (SELECT 1 FROM users u WHERE u.organisation_id = a.id)"
        " ORDER BY c.id LIMIT 1"
    )[0]
    told = claims(("K-1", number, "2026-02-03", "12.00"), lender=lender)
    (tmp_path / told.name).write_bytes(told.content)
    tab = people.tab(email(agency, "finance"))
    tab.goto("/agency/intake/")
    sees(tab, "Nothing is missing.")
    tab.get_by_label(zh("Lender"), exact=True).select_option(label=f"{_named(site, lender)}")
    tab.get_by_label(zh("Month of payments"), exact=True).fill("2026-02")
    tab.get_by_label(zh("Agency's claims"), exact=True).set_input_files(tmp_path / told.name)
    press(tab, "Bring in")
    tab.wait_for_url("**/agency/intake/")
    row = tab.get_by_role("row").filter(has_text="K-1")
    for _second in range(30):
        if zh("Being matched") not in row.inner_text():
            break
        tab.wait_for_timeout(1_000)
        tab.reload()
    expect(row).to_contain_text(zh("Claim without a payment"))
    expect(row).to_contain_text(zh("No payment on this case fits amount and day."))
    healthy(tab)


def _named(site: Site, short_code: str) -> str:
    """A lender as the list of the form names it."""
    rows = site.sql(
        "SELECT name_zh FROM organisations WHERE short_code = %(code)s", code=short_code
    )
    return f"{rows[0][0]} ({short_code})"
