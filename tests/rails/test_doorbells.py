"""Doorbells: only Stripe's, only now, each once, and in whatever order."""

import json
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from marketplace import rails, reactions
from marketplace.core.errors import NotFound
from marketplace.rails import NotSigned
from marketplace.settlement import Statement
from tests.conftest import NOON, rows_of
from tests.factories import drain
from tests.rails.story import SECRETS, Story, status_of
from tests.stripe_server import hooks

(PLATFORM,) = SECRETS["platform"]
BODY = json.dumps(
    {"id": "evt_1", "object": "event", "type": "x.y", "data": {"object": {"id": "x_1"}}}
).encode()


def signed(body: bytes = BODY, *, secret: str = PLATFORM, late: int = 0) -> str:
    return hooks.sign(body, [secret], NOON + timedelta(seconds=late))


@pytest.mark.parametrize("late", [-300, 0, 300])
def test_a_doorbell_is_stored_once(stripe_on: None, late: int) -> None:
    assert rails.receive("platform", BODY, signed(late=late), now=NOON)
    assert not rails.receive("platform", BODY, signed(late=late), now=NOON)
    assert rows_of("rail_events") == 1
    drain()


@pytest.mark.parametrize(
    ("body", "signature"),
    [
        (BODY, ""),
        (BODY, "t=1"),
        (BODY, "v1=00"),
        (BODY, signed(secret="whsec_other")),
        (BODY, signed(secret="whsec_debtor")),
        (BODY + b" ", signed()),
        (json.dumps(json.loads(BODY), indent=1).encode(), signed()),
        (BODY, signed(late=-301)),
        (BODY, signed(late=301)),
        (BODY, signed().replace("t=", "t=9")),
        (b"not json", signed(b"not json")),
        (b"[]", signed(b"[]")),
        (b"\xff", signed(b"\xff")),
        (b'{"id": "evt_1", "type": "x"}', signed(b'{"id": "evt_1", "type": "x"}')),
    ],
)
def test_a_forged_old_or_future_one_leaves_nothing(
    stripe_on: None, body: bytes, signature: str
) -> None:
    with pytest.raises(NotSigned):
        rails.receive("platform", body, signature, now=NOON)
    assert rows_of("rail_events") == 0


def test_both_secrets_count_while_one_is_being_rotated(stripe_on: None) -> None:
    for n, secret in enumerate(SECRETS["connect"]):
        body = BODY.replace(b"evt_1", f"evt_{n}".encode())
        assert rails.receive("connect", body, signed(body, secret=secret), now=NOON)
    assert rows_of("rail_events") == 2


def test_without_stripe_there_is_no_door(app: object) -> None:
    with pytest.raises(NotFound):
        rails.receive("platform", BODY, signed(), now=NOON)


@pytest.mark.parametrize("seed", range(4))
def test_order_and_number_do_not_matter(set_up: Story, approved: Statement, seed: int) -> None:
    """Every event of a whole story, thrice and shuffled, long after it all happened."""
    drain()
    charge = set_up.pay()
    reactions.run(rails.WATCH, lambda: NOON)  # the agency is paid before any doorbell rings
    drain()
    assert status_of(approved) == "paid"
    set_up.server.dispute(charge)
    known, set_up.rung = rows_of("rail_events"), 0
    assert set_up.ring(copies=3, shuffle=seed) == len(set_up.server.store.events) - known - 1
    set_up.rung = 0
    assert set_up.ring(copies=2, shuffle=seed) == 1  # the reversal that followed
    assert status_of(approved) == "taken_back"
    assert (len(set_up.server.made("tr")), len(set_up.server.made("trr"))) == (1, 1)
    set_up.ends_well()
    assert set_up.books()["lender_receivable"] == 29_680


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("won", [False, True])
def test_paid_and_charged_back_before_anybody_looked(
    set_up: Story, approved: Statement, seed: int, won: bool
) -> None:
    """No money of others goes to the agency, in whatever order we hear of it."""
    drain()
    set_up.server.top_up(100_000)
    dispute = set_up.server.dispute(set_up.pay())
    set_up.ring(copies=2, shuffle=seed)
    assert status_of(approved) == "taken_back"
    sent = len(set_up.server.made("tr")) - len(set_up.server.made("trr"))
    assert sent == 0
    if won:
        set_up.server.close_dispute(dispute["id"], won=True)
        set_up.ring(copies=2, shuffle=seed)
        assert status_of(approved) == "paid"
        assert len(set_up.server.made("tr")) - len(set_up.server.made("trr")) == 1
    set_up.ends_well()


def test_the_web_door(stripe_on: None, client: FlaskClient) -> None:
    """The raw body counts, strangers are turned away, and any answer is quick and plain."""
    from datetime import UTC, datetime  # noqa: PLC0415

    now = hooks.sign(BODY, ["whsec_platform"], datetime.now(UTC))
    headers = {"Stripe-Signature": now, "Content-Type": "application/json"}
    assert client.post("/api/stripe/platform", data=BODY, headers=headers).status_code == 200
    assert client.post("/api/stripe/platform", data=BODY, headers=headers).status_code == 200
    assert rows_of("rail_events") == 1
    assert client.post("/api/stripe/connect", data=BODY, headers=headers).status_code == 401
    assert client.post("/api/stripe/platform", data=BODY).status_code == 401
    assert client.post("/api/stripe/nowhere", data=BODY, headers=headers).status_code == 404
    assert client.get("/api/stripe/platform").status_code in {404, 405}
    assert client.get("/api/").status_code == 404
