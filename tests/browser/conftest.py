"""One installation and one Chromium for all browser tests; a tab fails on any error."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from marketplace import demo, translations
from tests.browser import site as sites
from tests.browser.site import Site
from tests.conftest import ROOT

AXE = Path(__file__).parent / "axe.min.js"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PICTURES = ROOT / "var" / "screenshots"
SMALL = re.compile(r"^/(agency|account)/")
"""The doors whose pages are used on a phone."""
LISTEN = """
addEventListener('securitypolicyviolation', (event) =>
  console.error(`content policy: ${event.violatedDirective} ${event.blockedURI}`));
"""
EXPECTED = re.compile(r"Failed to load resource: .* status of (404|409|422)")
"""Chromium calls an answer an error when its status is one; a test asserts on those itself."""


AXE_DARK = {"runOnly": ["color-contrast"]}
"""The one rule that depends on the theme."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The story first: it fills the pages that the others look at."""
    items.sort(key=lambda item: _is_here(item) and "test_story" not in item.nodeid)


def _is_here(item: pytest.Item) -> bool:
    return item.path.parent == Path(__file__).parent


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if found is None:
        pytest.skip("no Chromium on this machine: Debian's package is called `chromium`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(chromium: Browser) -> Iterator[Site]:
    running = sites.set_up()
    yield running
    sites.take_down(running)


class People:
    """Opens tabs for the demo world's people; each signs in once, through the page."""

    def __init__(self, chromium: Browser, site: Site, sessions: dict[str, Any]) -> None:
        self.chromium, self.site, self.sessions = chromium, site, sessions
        self.errors: list[str] = []
        self.contexts: list[BrowserContext] = []

    def stranger(self, **options: Any) -> Page:
        """A tab of somebody who is not signed in."""
        context = self.chromium.new_context(
            base_url=self.site.address, locale="zh-CN", reduced_motion="reduce",
            viewport={"width": 1440, "height": 900}, **options,
        )  # fmt: skip
        self.contexts.append(context)
        context.add_init_script(LISTEN)
        context.on("request", lambda request: self._check_host(request.url))
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        context.on("console", self._hear)
        return context.new_page()

    def tab(self, address: str) -> Page:
        """A tab of this person, signed in."""
        if address not in self.sessions:
            page = self.stranger()
            sign_in(page, address)
            self.sessions[address] = page.context.storage_state()
            return page
        return self.stranger(storage_state=self.sessions[address])

    def picture(self, name: str) -> None:
        """What each open tab shows, for whoever looks into a failure."""
        for i, context in enumerate(self.contexts):
            for page in context.pages:
                page.screenshot(path=sites.HOME / "failures" / f"{name}-{i}.png")

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        assert self.errors == []

    def _check_host(self, url: str) -> None:
        if not url.startswith((self.site.address, "data:", "blob:", "about:")):
            self.errors.append(f"a request off the host: {url}")

    def _hear(self, said: Any) -> None:
        if said.type == "error" and not EXPECTED.match(said.text):
            self.errors.append(f"{said.page.url if said.page else ''}: {said.text}")


@pytest.fixture(scope="session")
def sessions() -> dict[str, Any]:
    return {}


@pytest.fixture
def people(
    request: pytest.FixtureRequest, chromium: Browser, site: Site, sessions: dict[str, Any]
) -> Iterator[People]:
    present = People(chromium, site, sessions)
    failed = request.session.testsfailed
    yield present
    if request.session.testsfailed > failed:
        present.picture(request.node.name)
    present.close()


def sign_in(page: Page, address: str, password: str = demo.PASSWORD) -> None:
    page.goto("/account/sign-in")
    page.locator("input[name=email]").fill(address)
    page.locator("input[name=password]").fill(password)
    page.locator("main form button").click()
    page.wait_for_url(lambda url: not url.endswith("/sign-in"))


def axe(page: Page, **options: Any) -> list[tuple[str, list[str]]]:
    """The accessibility rules the page breaks, with the elements that break them."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE.read_text() + "; undefined")
    found = page.evaluate(f"axe.run(document, {json.dumps(options)})")["violations"]
    return [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found]


def turn(page: Page, theme: str) -> None:
    """Light or dark, by the button on the page."""
    if page.locator("html").get_attribute("data-theme") != theme:
        page.locator("[data-theme-toggle]").click()


def examine(page: Page, path: str) -> Iterator[tuple[str, object]]:
    """What is wrong with a page, in both themes and, for those who work on a phone, small."""
    if found := axe(page):
        yield "light", found
    turn(page, "dark")
    if found := axe(page, **AXE_DARK):
        yield "dark", found
    turn(page, "light")
    if SMALL.match(path):
        page.set_viewport_size({"width": 320, "height": 640})
        if by := sideways(page):
            page.wait_for_timeout(500)  # a chart fits itself to the window a moment later
            by = sideways(page)
        if by:
            yield "320 pixels wide", by
        page.set_viewport_size({"width": 1440, "height": 900})


def healthy(page: Page) -> None:
    """Readable for everybody in both themes, and not wider than a small window."""
    assert axe(page) == []
    turn(page, "dark")
    assert axe(page, **AXE_DARK) == []
    turn(page, "light")
    page.set_viewport_size({"width": 320, "height": 640})
    page.wait_for_timeout(500)  # a chart fits itself to the window a moment later
    assert sideways(page) == 0
    page.set_viewport_size({"width": 1440, "height": 900})


def picture(page: Page, language: str, kind: str) -> None:
    """Keep how the page looks under var/screenshots."""
    name = kind.strip("/").replace("/", "-") or "home"
    charts = page.locator("figure").count()
    for theme in ("dark", "light"):
        turn(page, theme)
        if charts:
            page.wait_for_timeout(200)  # they draw themselves when the page is there
        page.screenshot(path=PICTURES / language / theme / f"{name}.png")
    if SMALL.match(kind):
        page.set_viewport_size({"width": 320, "height": 640})
        page.screenshot(path=PICTURES / language / "small" / f"{name}.png")
        page.set_viewport_size({"width": 1440, "height": 900})


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.scrollingElement.scrollWidth - innerWidth"))


def _chinese() -> dict[str, str]:
    with translations.PO.open("rb") as file:
        catalogue = read_po(file, locale="zh")
    return {
        message.id if isinstance(message.id, str) else message.id[0]: (
            message.string if isinstance(message.string, str) else message.string[0]
        )
        for message in catalogue
    }


CHINESE = _chinese()


def zh(sentence: str, **values: object) -> str:
    """A sentence as a Chinese reader sees it."""
    return CHINESE[sentence] % values if values else CHINESE[sentence].replace("%%", "%")


def press(page: Page, sentence: str, **values: object) -> None:
    page.get_by_role("button", name=zh(sentence, **values), exact=True).click()


def follow(page: Page, sentence: str) -> None:
    go(page, page.locator("main").get_by_role("link", name=zh(sentence), exact=True))


def go(page: Page, link: Locator) -> None:
    """Follow a link until its page is there: what is read before that is half of two pages."""
    with page.expect_navigation():
        link.click()


def sees(page: Page, sentence: str, **values: object) -> None:
    expect(page.get_by_text(zh(sentence, **values)).first).to_be_visible(timeout=60_000)
