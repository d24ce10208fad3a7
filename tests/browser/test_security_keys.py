"""The account door in a real Chromium: a security key is registered and asked for."""

import pytest
from playwright.sync_api import Page, expect

from marketplace import demo
from tests.browser.conftest import People, follow, press, zh

pytestmark = pytest.mark.browser

BEA = "manager@bohai.example"


def sign_in(tab: Page) -> None:
    tab.goto("/account/sign-in")
    tab.locator("input[name=email]").fill(BEA)
    tab.locator("input[name=password]").fill(demo.PASSWORD)
    press(tab, "Sign in")


def test_a_security_key_is_registered_and_asked_for(people: People) -> None:
    tab = people.stranger()
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
    tab.get_by_label(zh("Name of the key")).fill("Blue key")
    tab.get_by_label(zh("Present password")).fill(demo.PASSWORD)
    press(tab, "Register the key")
    expect(tab.get_by_role("heading", name=zh("Recovery codes"))).to_be_visible()
    follow(tab, "I have kept them")
    expect(tab.get_by_text("Blue key").first).to_be_visible()

    tab.context.clear_cookies()
    sign_in(tab)
    press(tab, "Use a security key")
    tab.wait_for_url(lambda url: "/sign-in" not in url)
    tab.goto("/account/security")
    expect(tab.get_by_role("heading", name=zh("Sign-in and sessions"))).to_be_visible()


def test_a_manager_invites_somebody(people: People) -> None:
    tab = people.tab("manager@lingnan.example")
    tab.goto("/account/people")
    tab.locator("input[name=email]").fill("nina@example.org")
    tab.locator("input[name=name]").fill("Nina")
    press(tab, "Invite")
    told = zh("The invitation is on its way to %(email)s.", email="nina@example.org")
    expect(tab.get_by_text(told)).to_be_visible()
