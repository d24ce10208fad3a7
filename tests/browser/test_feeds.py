"""A feed of payments from nothing to its month, by two people in a real Chromium."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from marketplace.demo.cast import email
from tests.browser.conftest import People, follow, healthy, picture, press, sees, zh
from tests.browser.site import Site
from tests.intake.test_feeding import HEADINGS, payments

pytestmark = pytest.mark.browser


def test_payments_come_by_a_feed(people: People, site: Site, tmp_path: Path) -> None:
    [(number,)] = site.sql(
        "SELECT lender_case_no FROM cases c JOIN organisations o ON o.id = c.lender_id"
        " WHERE o.short_code = 'DEMO' ORDER BY c.id DESC LIMIT 1"
    )
    file = tmp_path / "payments.csv"
    file.write_bytes(payments((number, "2026-01-05", "12.00", "FD-1")))
    manager, approver = (people.tab(email("DEMO", who)) for who in ("manager", "approver"))
    manager.goto("/lender/feeds/new")
    healthy(manager)
    manager.locator("#name").fill("核心系统还款")
    manager.get_by_label(zh("Payments (ledger lines)"), exact=True).check()
    manager.get_by_label(zh("Only what is new or has changed"), exact=True).check()
    press(manager, "Draw up")
    sees(manager, "Drawn up. An approver opens it.")
    approver.goto(manager.url)
    press(approver, "Open the feed")
    sees(approver, "The feed is open. Its calendar runs from now.")

    manager.reload()
    manager.locator("#file").set_input_files(file)
    press(manager, "Deliver")
    columns = manager.get_by_role("heading", name=zh("What the columns are"))
    _await(manager, columns)
    sees(manager, "Nobody has said yet what the columns are.")
    for n, heading in enumerate(HEADINGS):
        expect(manager.get_by_role("rowheader", name=heading, exact=True)).to_be_visible()
        assert manager.locator(f"select[name=field-{n}]").input_value() != ""
    healthy(manager)
    picture(manager, "zh", "/lender/deliveries/payments-waiting")
    day, amount = (manager.locator(f"select[name=field-{n}]") for n in (1, 2))
    day.select_option("amount")
    amount.select_option("value_date")
    press(manager, "Confirm the columns")
    bad = manager.get_by_text(re.compile("payments.csv:2.*2026-01-05.*不是金额"))
    _await(manager, bad)
    assert (day.input_value(), amount.input_value()) == ("amount", "value_date")
    healthy(manager)
    picture(manager, "zh", "/lender/deliveries/payments-unreadable")
    day.select_option("value_date")
    amount.select_option("amount")
    press(manager, "Confirm the columns")
    taken = manager.get_by_text(zh("Every row was taken as it stands."))
    _await(manager, taken)
    healthy(manager)
    picture(manager, "zh", "/lender/deliveries/payments")
    with manager.expect_navigation():
        manager.get_by_role("link", name="2026-01", exact=True).click()
    row = manager.get_by_role("row").filter(has_text=zh("Posting without a bank entry"))
    expect(row.get_by_role("link").first).to_be_visible()


def _await(page: Page, shown: Locator) -> None:
    """The page says when the file has been read, unless the job was faster than the page."""
    link = page.get_by_role("link", name=zh("See what was made of it"))
    expect(link.or_(shown).first).to_be_visible()
    if link.is_visible():
        follow(page, "See what was made of it")
    expect(shown.first).to_be_visible()
