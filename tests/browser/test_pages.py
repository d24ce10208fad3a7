"""Every page that every role reaches: for everybody, in both themes and languages, small too.

Each role walks from its start page along every link; pages of one kind are looked at once. The
pictures of that walk are kept under var/screenshots/<language>/<theme>.
"""

import re
from collections import deque
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from marketplace.demo.cast import email
from tests.browser.conftest import People, examine, picture, zh
from tests.browser.site import Site

pytestmark = pytest.mark.browser

AGENCY = "JINQIAO"
ROLES = {
    "lender-manager": email("DEMO", "manager"),
    "lender-approver": email("DEMO", "approver"),
    "lender-compliance": email("DEMO", "compliance"),
    "lender-finance": email("DEMO", "finance"),
    "lender-collector": email("DEMO", "collector"),
    "lender-viewer": email("DEMO", "viewer"),
    "agency-manager": email(AGENCY, "manager"),
    "agency-collector": email(AGENCY, "collector"),
    "agency-finance": email(AGENCY, "finance"),
    "vetting": email("RECOUP", "vetting"),
    "finance": email("RECOUP", "finance"),
    "auditor": email("RECOUP", "auditor"),
}
DOWNLOADS = re.compile(r"\.(zip|pdf|xlsx|csv|json|beancount)$|/evidence$")
HAN = re.compile(r"[\u4e00-\u9fff]")


def _kind(path: str) -> str:
    """A page's address without what differs from one record to the next."""
    path = re.sub(r"/[A-Z]{2}-[0-9A-Z]+", "/CODE", path)
    path = re.sub(r"^(/lender/agencies)/\w+", r"\1/CODE", path)
    return re.sub(r"/\d+", "/N", path)


def _links(page: Page) -> list[str]:
    found = page.eval_on_selector_all("a[href]", "links => links.map((link) => link.href)")
    here = urlsplit(page.url).netloc
    return [urlsplit(url).path for url in found if urlsplit(url).netloc == here]


def _walk(page: Page) -> Iterator[str]:
    """Go to one page of each kind that links lead to, and stay there while it is examined."""
    seen = {"/"}
    waiting = deque(["/"])
    while waiting:
        path = waiting.popleft()
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, f"{path}, which a page links to"
        links = [link for link in _links(page) if not DOWNLOADS.search(link)]
        for link in links:
            if _kind(link) not in seen:
                seen.add(_kind(link))
                waiting.append(link)
        yield path


EXAMINED: set[str] = set()
"""What is on a page, whoever sees it: an equal page need not be examined twice."""

FOUND: dict[str, tuple[str, str]] = {}
"""Of each kind of page: an address, and a role that reaches it."""


@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_usable_by_everybody(role: str, people: People) -> None:
    page = people.tab(ROLES[role])
    faults: dict[str, object] = {}
    for path in _walk(page):
        if _kind(path) not in FOUND:
            FOUND[_kind(path)] = (path, role)
            picture(page, "zh", _kind(path))
        shape = page.evaluate(SHAPE)
        if shape not in EXAMINED:
            EXAMINED.add(shape)
            faults |= {f"{path} {where}": found for where, found in examine(page, path)}
    assert faults == {}


SHAPE = """(() => {
  document.querySelectorAll('tbody tr:nth-child(n+9)').forEach((row) => row.remove());
  return [...document.querySelectorAll('main *')].map((e) => e.tagName + e.className).join();
})()"""
"""Tables keep their first rows, which are like the rest: the rules take long on many."""


def test_strangers_pages_are_usable_by_everybody(people: People) -> None:
    page = people.stranger()
    for path in ("/account/sign-in", "/account/reset", "/coverage", "/account/nowhere"):
        page.goto(path)
        assert dict(examine(page, path)) == {}, path
        picture(page, "zh", path)


def test_pages_speak_english(people: People, site: Site) -> None:
    """The same pages again, in the other language: nothing Chinese is left but names."""
    site.sql("UPDATE users SET locale = 'en'")
    tabs = {}
    try:
        for kind, (path, role) in FOUND.items():
            page = tabs.get(role) or tabs.setdefault(role, people.tab(ROLES[role]))
            page.goto(path)
            expect(page.locator("html")).to_have_attribute("lang", "en")
            words = (
                page.locator("main")
                .locator("h2, label, th[scope=col], button")
                .all_inner_texts()
            )
            assert [text for text in words if HAN.search(text)] == [], path
            picture(page, "en", kind)
    finally:
        site.sql("UPDATE users SET locale = 'zh'")


def test_the_keyboard_opens_the_palette(people: People) -> None:
    page = people.tab(ROLES["lender-manager"])
    page.goto("/lender/")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name=zh("Search or jump to…"))
    expect(box).to_be_focused()
    box.fill(zh("Auctions"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/lender/auctions/")


def test_the_language_is_changed_on_the_page(people: People, site: Site) -> None:
    page = people.tab(ROLES["auditor"])
    page.goto("/staff/jobs/")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Jobs")).to_be_visible()
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", name=zh("Jobs"))).to_be_visible()
