"""The main job from a lender's messy workbook to a settled commission, through the pages.

Everybody works in Chinese, each in a tab of their own. Three things happen behind the pages:
the agencies without a tab bid and accept by the same verbs, the closing time is moved into the
past, and two debtors move to time zones where it is night and noon.
"""

import csv
import io
import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from marketplace.demo.cast import AGENCIES
from marketplace.demo.tape import write_tape
from tests.browser.conftest import People, examine, follow, go, picture, press, sees, zh
from tests.browser.site import Site

pytestmark = pytest.mark.browser

ROWS = 300
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
NAMES = {firm.code: firm.name_zh for firm in AGENCIES}
BY_PAGE = ("ANHENG", "HUAXIN")
"""The agencies that work through the pages; the others use the verbs."""


def test_the_main_job(people: People, site: Site, tmp_path: Path) -> None:
    _prove_a_credential(people, tmp_path)
    manager, approver = people.tab("manager@demo.example"), people.tab("approver@demo.example")
    portfolio = _import(manager, tmp_path)
    _value(manager)
    auction = _list(manager, approver)
    _bid(people, site, auction)
    _split(manager, site, auction, tmp_path)
    _award(manager, approver, auction)
    winner = _winner(site, auction)
    _accept(people, site, auction, winner)
    _contact(people, site, auction, winner)
    _pay(people, approver, site, auction, winner)
    _settle(people, winner, tmp_path)
    manager.goto(portfolio)
    expect(
        manager.get_by_role("heading", name=zh("Cumulative recovery by agency"))
    ).to_be_visible()
    expect(manager.locator("#liquidation svg").first).to_be_visible()
    assert people.stranger().goto("/debtor/").status == 404


def _look(page: Page, kind: str) -> None:
    """A page that only comes by on the way: it is examined and pictured like the others."""
    assert dict(examine(page, kind)) == {}, kind
    picture(page, "zh", kind)


def _prove_a_credential(people: People, tmp_path: Path) -> None:
    evidence = tmp_path / "iso27001.pdf"
    evidence.write_bytes(PDF)
    agency = people.tab("manager@xinyuan.example")
    agency.goto("/agency/credentials/new")
    agency.locator("#type").select_option("iso_27001")
    agency.locator("#number").fill("ISMS-2026-0417")
    agency.locator("#issuer").fill("中国网络安全审查认证中心")
    today = datetime.now(UTC).date()
    agency.locator("#valid_from").fill(today.isoformat())
    agency.locator("#valid_to").fill((today + timedelta(days=900)).isoformat())
    agency.locator("#r-all").check()
    agency.locator("#evidence").set_input_files(evidence)
    press(agency, "Submit")
    sees(agency, "Submitted. Two people of the platform will examine it.")

    first = people.tab("vetting@recoup.example")
    first.goto("/staff/credentials/")
    go(first, first.get_by_role("row", name="ISMS-2026-0417").get_by_role("link"))
    first.locator("#note").fill("认证机构官网查询：证书有效")
    press(first, "It matches")
    sees(first, "You checked it; a colleague must approve it.")
    second = people.tab("vetting2@recoup.example")
    second.goto(first.url)
    press(second, "Approve")
    sees(second, "Approved. The credential counts from now on.")


def _import(manager: Page, tmp_path: Path) -> str:
    """Upload, match columns, look at the issues, import. Returns the portfolio's address."""
    tape = write_tape(ROWS, np.random.default_rng(11), today=datetime.now(UTC).date())
    file = tmp_path / tape.name
    file.write_bytes(tape.content)
    manager.goto("/lender/portfolios/")
    manager.goto("/lender/tapes/new")
    manager.locator("#file").set_input_files(file)
    manager.locator("#name").fill("信用卡及消费贷不良 2026 年四季度")
    press(manager, "Upload")
    expect(manager.get_by_role("heading", name=zh("Match columns"))).to_be_visible()
    _look(manager, "/lender/tapes/mapping")
    press(manager, "Check the rows")
    sees(manager, "Identity number: wrong check digit")
    sees(manager, "The name is a spreadsheet formula")
    _look(manager, "/lender/tapes/issues")
    manager.get_by_role("button", name="导入 ").click()
    follow(manager, "Open the portfolio")
    sees(manager, "not valued yet")
    return manager.url


def _value(manager: Page) -> None:
    press(manager, "Compute the value")
    expect(manager.locator("#fan svg").first).to_be_visible(timeout=60_000)
    sees(manager, "What the value rests on")


def _list(manager: Page, approver: Page) -> str:
    follow(manager, "List for bids")
    _look(manager, "/lender/auctions/new")
    press(manager, "Save the draft")
    sees(manager, "A draft: an approver other than its author publishes it.")
    approver.goto(manager.url)
    press(approver, "Approve and publish")
    sees(approver, "Published. Vetted agencies can bid now.")
    return manager.url.rpartition("/")[2]


def _bid(people: People, site: Site, auction: str) -> None:
    for firm, rate, capacity in zip(BY_PAGE, ("27.5", "31"), ("200", "150"), strict=True):
        agency = people.tab(f"manager@{firm.lower()}.example")
        agency.goto("/agency/opportunities/")
        go(agency, agency.get_by_role("link", name=auction))
        agency.locator("#all_rates").fill(rate)
        agency.locator("#capacity").fill(capacity)
        agency.locator("table[data-paste-grid] input").first.fill("26.25")
        if firm == BY_PAGE[0]:
            _look(agency, "/agency/opportunities/sheet")
        press(agency, "Seal the bid")
        expect(
            agency.get_by_text(zh("Sealed. Your receipt: %(receipt)s", receipt=""))
        ).to_be_visible()
    site.others("bid", auction, *BY_PAGE)


def _split(manager: Page, site: Site, auction: str, tmp_path: Path) -> None:
    manager.reload()
    sees(manager, "sealed")
    site.sql("UPDATE auctions SET closes_at = now() WHERE code = %(code)s", code=auction)
    manager.reload()
    open_them = manager.get_by_role("button", name=zh("Open the bids"), exact=True)
    if open_them.is_visible():  # unless the clock was faster
        open_them.click()
    press(manager, "Compute a split")
    sees(manager, "Certificate checked by an independent pass")
    with manager.expect_download() as download:
        manager.get_by_role("link", name=zh("Certificate"), exact=True).click()
    with zipfile.ZipFile(download.value.path()) as archive:
        archive.extractall(tmp_path / "certificate")
    certificate = next((tmp_path / "certificate").rglob("certificate.json"))
    verified = subprocess.run(
        [sys.executable, "-m", "matching", "verify", str(certificate)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert json.loads(certificate.read_text())


def _award(manager: Page, approver: Page, auction: str) -> None:
    press(manager, "Propose this award")
    sees(manager, "Proposed. An approver must let it win.")
    approver.goto(f"/lender/auctions/{auction}")
    press(approver, "Award")
    sees(approver, "Lots offered")


def _winner(site: Site, auction: str) -> str:
    """The agency with the largest lot."""
    [(code,)] = site.sql(
        "SELECT o.short_code FROM placements p JOIN organisations o ON o.id = p.agency_id"
        " WHERE p.award_reference = %(code)s ORDER BY p.cases DESC LIMIT 1",
        code=auction,
    )
    return str(code)


def _accept(people: People, site: Site, auction: str, winner: str) -> None:
    agency = people.tab(f"manager@{winner.lower()}.example")
    agency.goto("/agency/placements/")
    offered = agency.get_by_role("row").filter(has_text=zh("Offered"))
    go(agency, offered.get_by_role("link").first)
    _look(agency, "/agency/placements/offered")
    agency.get_by_role("button", name="接受 ").click()
    sees(agency, "Accepted. The cases appear in your queue in a moment.")
    site.others("accept", auction, winner)


def _contact(people: People, site: Site, auction: str, winner: str) -> None:
    """By night the gate says no and names the rule; at noon the debtor promises to pay."""
    codes = [
        row[0]
        for row in site.sql(
            "SELECT c.code FROM cases c JOIN placement_cases pc ON pc.case_id = c.id"
            " JOIN placements p ON p.id = pc.placement_id"
            " JOIN organisations o ON o.id = p.agency_id"
            " WHERE p.award_reference = %(code)s AND o.short_code = %(winner)s"
            " ORDER BY c.id LIMIT 2",
            code=auction,
            winner=winner,
        )
    ]
    for code, hour in zip(codes, (23, 12), strict=True):
        site.sql(
            "UPDATE debtors SET time_zone = %(zone)s FROM cases"
            " WHERE cases.debtor_id = debtors.id AND cases.code = %(code)s",
            zone=_zone_where_it_is(hour), code=code,
        )  # fmt: skip
    collector = people.tab(f"collector@{winner.lower()}.example")
    collector.goto("/agency/queue/")
    collector.goto(f"/agency/queue/{codes[0]}")
    expect(collector.get_by_text("CN-TIME-1")).to_be_visible()
    _look(collector, "/agency/queue/blocked")
    collector.goto(f"/agency/queue/{codes[1]}")
    press(collector, "Phone call")
    collector.get_by_label(zh("Promise to pay"), exact=True).check()
    collector.locator("#amount").fill("200.00")
    collector.locator("#due_on").fill(
        (datetime.now(UTC).date() + timedelta(days=7)).isoformat()
    )
    collector.locator("#note").fill("周五发工资后还款")
    _look(collector, "/agency/queue/attempt")
    press(collector, "Log")
    sees(collector, "Logged.")
    expect(collector.get_by_text("周五发工资后还款")).to_be_visible()


def _zone_where_it_is(hour: int) -> str:
    ahead = (hour - datetime.now(UTC).hour + 11) % 24 - 11
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def _pay(people: People, approver: Page, site: Site, auction: str, winner: str) -> None:
    cases = site.sql(
        "SELECT c.lender_case_no, p.starts_on FROM cases c"
        " JOIN placement_cases pc ON pc.case_id = c.id"
        " JOIN placements p ON p.id = pc.placement_id"
        " JOIN organisations o ON o.id = p.agency_id"
        " WHERE p.award_reference = %(code)s AND p.status = 'accepted'"
        " ORDER BY (o.short_code = %(winner)s) DESC, c.id LIMIT 40",
        code=auction,
        winner=winner,
    )
    lines = io.StringIO()
    table = csv.writer(lines)
    table.writerow(("case_no", "value_date", "amount", "reference", "reverses"))
    for i, (number, day) in enumerate(cases):
        table.writerow((number, day.isoformat(), f"{50 + i}.50", f"HK20261124{i:05d}", ""))
    finance = people.tab("finance@demo.example")
    finance.goto("/lender/payments/")
    finance.locator("#file").set_input_files(
        {"name": "payments.csv", "mimeType": "text/csv", "buffer": lines.getvalue().encode()}
    )
    press(finance, "Record the file")
    sees(finance, "%(num)s new payment recorded.", num=len(cases))
    approver.goto("/lender/payments/")
    press(approver, "Verify %(num)s payment", num=len(cases))
    sees(approver, "%(num)s payment verified.", num=len(cases))


def _settle(people: People, winner: str, tmp_path: Path) -> None:
    platform = people.tab("finance@recoup.example")
    platform.goto("/finance/drafts/")
    _look(platform, "/finance/drafts/due")
    platform.get_by_role("button", name="生成 ").click()
    expect(platform.get_by_role("heading", name=zh("Statements"))).to_be_visible()
    row = (
        platform.get_by_role("row").filter(has_text=NAMES[winner]).filter(has_text=zh("Draft"))
    )
    code = row.get_by_role("link").first.inner_text()
    for address, door in (
        (f"finance@{winner.lower()}.example", "agency"),
        ("finance@demo.example", "lender"),
    ):
        page = people.tab(address)
        page.goto(f"/{door}/statements/{code}")
        press(page, "Confirm")
        sees(page, "Confirmed.")
    second = people.tab("finance2@recoup.example")
    second.goto(f"/finance/statements/{code}")
    press(second, "Approve and post")
    sees(second, "Approved and posted to the ledger.")
    paper = _download(second, "PDF", tmp_path)
    assert paper.startswith(b"%PDF-")
    assert b"%%EOF" in paper[-64:]
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(_download(second, "XLSX", tmp_path)))
    cells = [
        cell
        for name in workbook.sheet_names
        for row in workbook.get_sheet_by_name(name).to_python()
        for cell in row
    ]
    assert zh("Lender pays agency") in cells


def _download(page: Page, name: str, folder: Path) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=name, exact=True).click()
    download.value.save_as(folder / name)
    return (folder / name).read_bytes()
