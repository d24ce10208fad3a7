"""The pages of the rails: setting up, what is under way, and every state in words."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from marketplace import rails, settlement
from marketplace.core.db import acting
from marketplace.rails import OperationStatus
from marketplace.web.vocabulary import WORDS
from tests import factories
from tests.conftest import NOON, SYSTEM, sign_in
from tests.factories import drain, someone
from tests.rails.conftest import approved, server, set_up, story, stripe_on
from tests.rails.story import Story, operation

__all__ = ["approved", "server", "set_up", "story", "stripe_on"]


def enter(client: FlaskClient, name: str) -> None:
    with acting(SYSTEM):
        sign_in(client, someone(name))


def page_of(client: FlaskClient, name: str, address: str) -> str:
    enter(client, name)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_every_kind_and_state_of_an_operation_has_words() -> None:
    kinds = [*rails.OperationKind, *OperationStatus]
    assert [kind for kind in kinds if f"rail_{kind.value}" not in WORDS] == []


def test_without_stripe_the_pages_say_that_the_bank_is_used(client: FlaskClient) -> None:
    assert "Stripe is not set up here" in page_of(client, "pia", "/finance/rails/")
    assert "bank only" in page_of(client, "pia", "/finance/")
    for name, door in (("clara", "lender"), ("amy", "agency")):
        assert "Stripe is not set up on this platform" in page_of(
            client, name, f"/{door}/stripe/"
        )
        assert client.post(f"/{door}/stripe/", data={"country": "US"}).status_code == 409
        assert client.post(f"/{door}/stripe/link").status_code == 409
    with acting(SYSTEM):
        assert rails.state_of(someone("amy").organisation_id).account is None


@pytest.mark.parametrize(("name", "door"), [("clara", "lender"), ("amy", "agency")])
def test_an_organisation_sets_itself_up(
    client: FlaskClient, story: Story, name: str, door: str
) -> None:
    address = f"/{door}/stripe/"
    assert "Ask for an account at Stripe" in page_of(client, name, address)
    assert client.post(address, data={"country": "CN"}).status_code == 409
    assert client.post(f"{address}link").status_code == 409
    assert client.post(address, data={"country": "US"}).status_code == 303
    assert "is being made" in page_of(client, name, address)
    drain(datetime.now(UTC))
    assert "still wants to know more" in page_of(client, name, address)
    linked = client.post(f"{address}link").get_data(as_text=True)
    assert 'href="https://connect.stripe.com/setup/' in linked
    story.server.finish_onboarding(story.server.made("acct")[0]["id"])
    with acting(SYSTEM):
        story.ring()
    assert "Everything is set up" in page_of(client, name, address)
    assert story.server.violations == []


def test_only_managers_set_up_and_only_finance_moves_money(
    client: FlaskClient, story: Story
) -> None:
    enter(client, "fred")
    assert client.post("/agency/stripe/", data={"country": "US"}).status_code == 403
    enter(client, "olga")
    assert client.get("/finance/rails/").status_code == 200
    assert client.post("/finance/rails/operations/x/retry").status_code == 403


def test_a_refused_operation_is_sent_again_from_the_page(
    client: FlaskClient, set_up: Story
) -> None:
    statement = factories.paid_by_stripe()
    settlement.approve(statement.id, by=someone("paul"), now=NOON)
    customer = set_up.server.made("cus")[0]["id"]
    kept = set_up.server.store.objects.pop(customer)
    drain()
    shown = page_of(client, "pia", "/finance/rails/")
    assert "Refused by Stripe" in shown
    assert "resource_missing" in shown
    assert "Look up or send again" in shown
    set_up.server.store.objects[customer] = kept
    op_id = f"invoice:{statement.code}"
    assert client.post(f"/finance/rails/operations/{op_id}/retry").status_code == 303
    with acting(SYSTEM):
        drain(operation(op_id).next_try_at)
        assert operation(op_id).status is OperationStatus.DONE
    assert client.post(f"/finance/rails/operations/{op_id}/retry").status_code == 409
    assert client.post("/finance/rails/operations/none/retry").status_code == 404


def test_a_proposal_to_take_back_is_withdrawn_on_the_page(
    client: FlaskClient, set_up: Story, approved: settlement.Statement
) -> None:
    drain()
    set_up.pay()
    set_up.ring()
    back = f"/finance/rails/statements/{approved.code}/take-back"
    page_of(client, "pia", "/finance/rails/")
    assert client.post(back).status_code == 303
    assert "Withdraw the proposal" in client.get("/finance/rails/").text
    shown = page_of(client, "paul", "/finance/rails/")
    assert "Withdraw the proposal" not in shown
    assert client.post(f"{back}/withdraw").status_code == 409
    page_of(client, "pia", "/finance/rails/")
    assert client.post(f"{back}/withdraw").status_code == 303
    assert "Withdrawn" in client.get("/finance/rails/").text
    assert client.post(f"{back}/withdraw").status_code == 409


def test_money_is_taken_back_by_two_people_on_the_page(
    client: FlaskClient, set_up: Story, approved: settlement.Statement
) -> None:
    drain()
    set_up.pay()
    set_up.ring()
    set_up.server.top_up(30_000)
    set_up.mirror()
    address = f"/finance/statements/{approved.code}"
    assert "Take it back" in page_of(client, "pia", address)
    back = f"/finance/rails/statements/{approved.code}/take-back"
    assert client.post(back).status_code == 303
    assert client.post(f"{back}/approve").status_code == 409
    with acting(SYSTEM):
        (moved,) = rails.unexplained()
    movement = f"/finance/rails/movements/{moved.transaction_ref}"
    assert client.post(f"{movement}/book").status_code == 409
    assert client.post(f"{movement}/propose").status_code == 303
    shown = page_of(client, "paul", "/finance/rails/")
    assert "Waits for a second person" in shown
    assert "Book it" in shown
    assert client.post(f"{movement}/book").status_code == 303
    assert client.post(f"{back}/approve").status_code == 303
    # The doors use today's clock, which lies after the story's: what they planned is due then.
    with acting(SYSTEM):
        drain(operation(f"refund:{approved.code}").next_try_at)
        set_up.ends_well()
    shown = page_of(client, "pia", "/finance/rails/")
    assert "agrees" in shown
    assert "Taken back" in page_of(client, "pia", address)
