"""The account door in a real Chromium: security keys, and pages that everybody can use."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect, sync_playwright
from werkzeug.serving import make_server

from marketplace import accounts
from marketplace.accounts import Kind, Role
from marketplace.core.db import db
from marketplace.core.installation import installed
from tests.conftest import person

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "axe.min.js"
CHROMIUM = "/usr/bin/chromium"
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
PASSWORD = "correct horse battery"


@pytest.fixture
def site(committed: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A real server, with the guard against forged forms on."""
    monkeypatch.setitem(committed.config, "WTF_CSRF_ENABLED", True)
    server = make_server("127.0.0.1", 0, committed, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://localhost:{server.server_port}"
    monkeypatch.setattr(installed(), "public_url", address)
    yield address
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def tab(site: str) -> Iterator[Page]:
    """A browser tab that fails the test on any error a page makes."""
    if not Path(CHROMIUM).exists():
        pytest.skip("chromium is not installed")
    errors: list[str] = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = chromium.new_page(base_url=site, locale="en-GB")
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda said: errors.append(said.text) if said.type == "error" else None,
        )
        yield page
        chromium.close()
    assert errors == []


@pytest.fixture
def clara(site: str) -> Any:
    user = person("clara", "jiangnan", Kind.LENDER, Role.MANAGER)
    user.password_hash = accounts.hash_password(PASSWORD)
    db.session.commit()
    return user


def sign_in(tab: Page) -> None:
    tab.goto("/account/sign-in")
    tab.get_by_label("E-mail").fill("clara@example.org")
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in", exact=True).click()


def check(tab: Page, path: str) -> None:
    """No violation of accessibility rules, and no sideways scrolling on a small phone."""
    for width in (1280, 320):
        tab.set_viewport_size({"width": width, "height": 800})
        tab.goto(path)
        tab.evaluate(AXE.read_text() + "; undefined")
        found = tab.evaluate("axe.run()")["violations"]
        said = [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found]
        assert said == [], path
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, path


def test_a_security_key_is_registered_and_asked_for(tab: Page, clara: Any) -> None:
    devtools = tab.context.new_cdp_session(tab)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "usb",
                "hasUserVerification": False,
                "isUserVerified": False,
                "automaticPresenceSimulation": True,
            }
        },
    )
    sign_in(tab)
    tab.goto("/account/security/keys/new")
    tab.get_by_label("Name of the key").fill("Blue key")
    tab.get_by_label("Present password").fill(PASSWORD)
    tab.get_by_role("button", name="Register the key").click()
    expect(tab.get_by_role("heading", name="Recovery codes")).to_be_visible()
    tab.get_by_role("link", name="I have kept them").click()
    expect(tab.get_by_text("Blue key").first).to_be_visible()

    tab.context.clear_cookies()
    sign_in(tab)
    tab.get_by_role("button", name="Use a security key").click()
    tab.wait_for_url(lambda url: "/sign-in" not in url)
    tab.goto("/account/security")
    expect(tab.get_by_role("heading", name="Sign-in and sessions")).to_be_visible()
    check(tab, "/account/security")


def test_strangers_pages_are_usable_by_everybody(tab: Page, clara: Any) -> None:
    for path in ("sign-in", "reset"):
        check(tab, f"/account/{path}")


def test_members_pages_are_usable_by_everybody(tab: Page, clara: Any) -> None:
    sign_in(tab)
    tab.wait_for_url(lambda url: "/sign-in" not in url)
    tab.goto("/account/people")
    tab.get_by_label("E-mail").fill("nina@example.org")
    tab.get_by_label("Name").fill("Nina")
    tab.get_by_role("button", name="Invite", exact=True).click()
    expect(tab.get_by_text("is on its way to nina@example.org")).to_be_visible()
    pages = ("security", "security/app", "security/keys/new", "people", "entities", "audit")
    for path in (*pages, "notifications"):
        check(tab, f"/account/{path}")
