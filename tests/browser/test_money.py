"""Money in a real Chromium: invoiced, paid, disputed, exchanged, each by two people.

An invoice that does not fit is refused in words before one that fits is paid.

The lender is not that of the story, so that neither comes in the way of the other.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from marketplace.core.money import in_figures
from marketplace.demo.cast import email
from tests.browser.conftest import People, go, press, sees, zh
from tests.browser.site import Site
from tests.browser.test_intake import healthy

pytestmark = pytest.mark.browser

LENDER = "BOHAI"
TODAY = datetime.now(UTC).date().isoformat()
CNY = "CNY"


@dataclass(frozen=True)
class Approved:
    """An approved statement, as its pages have to be filled in."""

    code: str
    agency: str
    buyer: str
    tax_no: str
    earned: int
    tax: int
    fee: int


@pytest.fixture
def approved(site: Site) -> Approved:
    """The largest one of the lender's that nobody has paid."""
    row = site.sql(
        "SELECT s.code, a.short_code, e.name, coalesce(e.uscc, ''), s.commission_minor"
        " + s.quality_minor - s.holdback_minor + s.released_minor, s.commission_tax_minor,"
        " s.fee_minor + s.fee_tax_minor FROM statements s"
        " JOIN organisations l ON l.id = s.lender_id AND l.short_code = %(lender)s"
        " JOIN organisations a ON a.id = s.agency_id"
        " JOIN legal_entities e ON e.id = s.lender_entity_id"
        " WHERE s.status = 'approved' ORDER BY s.commission_minor DESC LIMIT 1",
        lender=LENDER,
    )[0]
    return Approved(*row)


def test_a_statement_is_invoiced_paid_and_closed(people: People, approved: Approved) -> None:
    agency = people.tab(email(approved.agency, "finance"))
    agency.goto(f"/agency/statements/{approved.code}")
    _enter_invoice(agency, approved, "26442000000000000001", approved.earned - 100)
    sees(agency, "The commission cannot be paid yet")
    misfit = zh(
        "%(what)s at %(rate)s%%: the invoices say %(found)s, the statement %(expected)s.",
        what=zh("Net"), rate="6", found=in_figures(approved.earned - 100, CNY),
        expected=in_figures(approved.earned, CNY),
    )  # fmt: skip
    expect(agency.get_by_text(misfit)).to_be_visible()

    lender = people.tab(email(LENDER, "finance"))
    lender.goto(f"/lender/statements/{approved.code}")
    _record(lender, approved.earned + approved.tax)
    sees(lender, "Withdraw the wrong invoice and enter the right one.")
    expect(lender.locator("main")).to_contain_text(misfit)

    _withdraw_invoice(agency)
    _enter_invoice(agency, approved, "26442000000000000002", approved.earned)
    sees(agency, "They fit the statement")
    healthy(agency)
    lender.goto(f"/lender/statements/{approved.code}")
    _record(lender, approved.earned + approved.tax)
    sees(lender, "Recorded. The other side now confirms that it came.")
    agency.reload()
    press(agency, "It has come")
    sees(agency, "Confirmed. The books follow.")
    _pay_fee(people, approved)
    _becomes_closed(lender)
    healthy(lender)


def test_a_disputed_line_is_decided_by_two_sides(people: People, site: Site) -> None:
    agency = _draft(people, site)
    lender = people.tab(email(LENDER, "finance"))
    lender.goto("/lender/statements/")
    draft = lender.get_by_role("row").filter(has_text=zh("Draft")).first
    go(lender, draft.get_by_role("link").first)
    lender.locator("input[name=payment]").first.check()
    lender.get_by_label(zh("The chosen lines are wrong, because")).fill("该款由另一家机构催回")
    press(lender, "Dispute the chosen lines")
    sees(lender, "Disputed. A new version without these lines is drafted in a moment.")
    sees(lender, "Undecided")

    other = people.tab(email(agency, "finance"))
    other.goto("/agency/clawbacks/")
    open_one = other.get_by_role("region", name=zh("Disputed lines without a decision"))
    go(other, open_one.get_by_role("row").nth(1).get_by_role("link").first)
    other.get_by_label(zh("What becomes of the line")).select_option("back")
    other.get_by_label(zh("Because")).fill("回款凭证已补交")
    press(other, "Propose")
    sees(other, "Proposed. Somebody else now has to agree.")
    healthy(other)

    lender.reload()
    press(lender, "Agree: %(outcome)s", outcome=zh("Back in the next statement"))
    sees(lender, "Agreed: the dispute is decided.")
    sees(lender, "Back in the next statement")
    lender.goto("/lender/clawbacks/")
    sees(lender, "No line waits for a decision.")
    healthy(lender)


def test_an_exchange_is_proposed_by_one_and_posted_by_another(people: People) -> None:
    first = people.tab(email("RECOUP", "finance"))
    first.goto("/finance/proposals/")
    first.locator("#sold").fill("1000.00")
    first.locator("#sold-currency").select_option("CNY")
    first.locator("#bought").fill("140.00")
    first.locator("#bought-currency").select_option("USD")
    first.locator("#rate").fill("0.14")
    first.locator("#source").fill("中国人民银行中间价")
    first.locator("#reason").fill("补足美元户")
    press(first, "Propose it")
    sees(first, "Proposed. A colleague in finance decides.")
    sees(first, "A colleague decides.")
    expect(first.get_by_role("button", name=zh("Post it"), exact=True)).to_have_count(0)

    second = people.tab("finance2@recoup.example")
    second.goto("/finance/")
    waiting = second.get_by_role("row").filter(has_text=zh("Journals proposed by hand"))
    expect(waiting).to_contain_text("1")
    healthy(second)
    go(second, waiting.get_by_role("link"))
    press(second, "Post it")
    sees(second, "Posted.")
    expect(second.get_by_text("0.14").first).to_be_visible()


def _enter_invoice(page: Page, of: Approved, number: str, net_minor: int) -> None:
    form = page.locator("form").filter(has=page.locator("#number"))
    if not page.locator("#number").is_visible():
        page.locator("summary").filter(has_text=zh("Enter an invoice")).click()
    form.locator("#number").fill(number)
    form.locator("#buyer_name").fill(of.buyer)
    form.locator("#buyer_tax_no").fill(of.tax_no)
    form.locator("#rate").fill("6")
    form.locator("#issued_on").fill(TODAY)
    for field, minor in (("net", net_minor), ("tax", of.tax), ("gross", net_minor + of.tax)):
        form.locator(f"#{field}").fill(in_figures(minor, CNY))
    press(page, "Enter the invoice")
    sees(page, "The invoice is entered.")


def _withdraw_invoice(page: Page) -> None:
    page.get_by_text(zh("Withdraw %(number)s", number="26442000000000000001")).click()
    page.get_by_label(zh("It is wrong, because")).fill("净额少一元")
    press(page, "Withdraw the invoice")
    sees(page, "The invoice is withdrawn.")


def _record(page: Page, minor: int) -> None:
    page.locator("#amount").fill(in_figures(minor, CNY))
    page.locator("#paid_on").fill(TODAY)
    page.locator("#bank_reference").fill("ICBC 20261129 0001")
    press(page, "Record the payment")


def _pay_fee(people: People, of: Approved) -> None:
    """The platform's fee, by two people of its finance."""
    first, second = (
        people.tab(email("RECOUP", "finance")), people.tab("finance2@recoup.example"),
    )  # fmt: skip
    first.goto(f"/finance/statements/{of.code}")
    _record(first, of.fee)
    sees(first, "Recorded. The other side now confirms that it came.")
    second.goto(f"/finance/statements/{of.code}")
    press(second, "It has come")
    sees(second, "Confirmed. The books follow.")


def _becomes_closed(page: Page) -> None:
    """The worker closes it a moment later."""
    state = page.locator(".head .badge")
    for _second in range(30):
        page.reload()
        if state.inner_text().strip() == zh("Closed"):
            return
        page.wait_for_timeout(1_000)
    expect(state).to_have_text(zh("Closed"))


def _draft(people: People, site: Site) -> str:
    """Two payments of an agency's last day, verified and drafted. Returns the agency."""
    agency, first, second, day = site.sql(
        "SELECT a.short_code, min(c.lender_case_no), max(c.lender_case_no),"
        " max(t.ended_at::date)"
        " FROM placement_cases p JOIN placements t ON t.id = p.placement_id"
        " JOIN cases c ON c.id = p.case_id"
        " JOIN organisations l ON l.id = c.lender_id AND l.short_code = %(lender)s"
        " JOIN organisations a ON a.id = p.agency_id"
        " WHERE t.ended_at::date = (SELECT max(ended_at)::date FROM placements)"
        " GROUP BY 1 HAVING count(*) > 1 ORDER BY 1 LIMIT 1",
        lender=LENDER,
    )[0]
    rows = "".join(
        f"{number},{day},{amount}.00,MONEY-{amount},\n"
        for number, amount in ((first, 130), (second, 170))
    )
    lender = people.tab(email(LENDER, "finance"))
    lender.goto("/lender/payments/")
    table = f"case_no,value_date,amount,reference,reverses\n{rows}".encode()
    lender.locator("#file").set_input_files(
        {"name": "payments.csv", "mimeType": "text/csv", "buffer": table}
    )
    press(lender, "Record the file")
    sees(lender, "%(num)s new payment recorded.", num=2)
    approver = people.tab(email(LENDER, "approver"))
    approver.goto("/lender/payments/")
    press(approver, "Verify %(num)s payment", num=2)
    sees(approver, "%(num)s payment verified.", num=2)
    platform = people.tab(email("RECOUP", "finance"))
    platform.goto("/finance/drafts/")
    platform.locator("#period_start").fill(TODAY)
    platform.get_by_role("button", name="生成 ").click()
    expect(platform.get_by_role("heading", name=zh("Statements"))).to_be_visible()
    return str(agency)
