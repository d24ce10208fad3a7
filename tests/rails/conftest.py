"""A counterpart of Stripe, an installation that uses it, and two organisations set up there."""

from collections.abc import Iterator

import pytest
from flask import Flask

from marketplace import rails, settlement
from marketplace.core import installation
from marketplace.core.installation import StripeAccess
from marketplace.settlement import Statement
from tests import factories
from tests.conftest import NOON
from tests.factories import someone
from tests.rails.story import SECRETS, Story
from tests.stripe_server import KEY, StripeServer


@pytest.fixture
def server() -> Iterator[StripeServer]:
    with StripeServer(NOON) as running:
        yield running


@pytest.fixture
def stripe_on(app: Flask, server: StripeServer) -> Iterator[None]:
    """The installation speaks to the counterpart for the length of a test."""
    here = installation.installed()
    here.stripe = StripeAccess(KEY, server.base, SECRETS)
    try:
        yield
    finally:
        here.stripe = None


@pytest.fixture
def story(stripe_on: None, server: StripeServer) -> Story:
    return Story(server)


@pytest.fixture
def set_up(story: Story) -> Story:
    """Lender and agency have done what Stripe asked of them."""
    story.set_up_both()
    return story


@pytest.fixture
def approved(set_up: Story) -> Statement:
    statement = factories.paid_by_stripe()
    assert rails.is_on()
    return settlement.approve(statement.id, by=someone("paul"), now=NOON)
