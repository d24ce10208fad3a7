"""Each correction with its original line, and the bridge to what the lender keeps."""

import csv
import io
from datetime import timedelta

import pytest
from flask import Flask

from marketplace import casework, checks, ledger, settlement
from marketplace.accounts import User
from marketplace.casework import PaymentMethod, PaymentRow
from marketplace.core.db import db
from marketplace.placements import FrameworkContract
from marketplace.settlement import Chain, Outcome, RateBasis, Statement, TierMode
from tests import factories
from tests.conftest import NOON, as_user, client_of
from tests.factories import TODAY
from tests.settlement.test_disputing import decide, dispute

LATER = NOON + timedelta(days=30)
pytestmark = pytest.mark.usefixtures("app", "fred", "fang", "pia", "paul")


def chains(who: User) -> list[Chain]:
    platform = who.organisation.short_code == "RECOUP"
    with as_user(who):
        side = None if platform else who.organisation_id
        found, total = settlement.clawback_chains(organisation_id=side)
    assert total == len(found)
    return found


def links(chain: Chain) -> list[tuple[str, str, int]]:
    return [(link.kind, link.statement, link.commission_minor) for link in chain.links]


def reverse(amount: int = -10_000) -> None:
    factories.payment(
        factories.any_case(), amount, reference="back", reverses="R1",
        verified_by=factories.someone("aline"),
    )  # fmt: skip


def taken_back() -> tuple[Statement, Statement]:
    """100.00 stated and approved, then reversed, with 70.00 of new cash."""
    first = factories.paid_by_bank()
    reverse()
    aline = factories.someone("aline")
    factories.payment(factories.any_case(), 7_000, reference="R2", verified_by=aline)
    return first, factories.settle(TODAY + timedelta(days=1), approve=False)


def test_a_reversal_is_shown_before_and_after_its_statement(pia: User) -> None:
    first = factories.paid_by_bank()
    assert chains(pia) == []
    reverse()
    (waiting,) = chains(pia)
    assert links(waiting) == [("payment", first.code, 2_500)]
    assert (waiting.root.reversal_minor, waiting.root.disputed) == (-10_000, False)
    second = factories.settle(TODAY + timedelta(days=1), approve=False)
    (stated,) = chains(pia)
    assert links(stated) == [
        ("payment", first.code, 2_500), ("reversal", second.code, -2_500),
    ]  # fmt: skip
    assert (stated.root.reversal, stated.commission_minor) == (None, 0)


def test_a_true_up_joins_the_chain_of_its_payment(pia: User, clara: User, amy: User) -> None:
    first = factories.paid_by_bank()
    contract = db.session.scalars(db.select(FrameworkContract)).one()
    terms = settlement.propose_terms(
        contract.id, valid_from=factories.LAST_YEAR, basis=RateBasis.PAYMENT,
        tier_mode=TierMode.WHOLE, scale=[{"tiers": [[12_000, 2_500], [None, 1_000]]}],
        by=clara, now=NOON,
    )  # fmt: skip
    settlement.agree_to_terms(terms.id, by=amy, now=NOON)
    aline = factories.someone("aline")
    factories.payment(factories.any_case(), 5_000, reference="R2", verified_by=aline)
    second = factories.settle(TODAY + timedelta(days=1), approve=False)
    (chain,) = chains(pia)
    assert links(chain) == [
        ("payment", first.code, 2_500), ("true_up", second.code, -1_500),
    ]  # fmt: skip
    assert chain.commission_minor == 1_000


def test_each_side_sees_its_own_and_a_stranger_nothing(
    fred: User, fang: User, bea: User, ravi: User, pia: User
) -> None:
    taken_back()
    for who in (fred, fang, pia):
        assert len(chains(who)) == 1
    for stranger in (bea, ravi):
        assert chains(stranger) == []


def test_a_reversal_kept_out_by_a_dispute_says_so(fred: User, fang: User, pia: User) -> None:
    _first, second = taken_back()
    settlement.cancel(second.id, reason="anew", by=pia, now=NOON)
    third = factories.statement(pia, start=TODAY + timedelta(days=1))
    (one,) = dispute(third, fred, -10_000)
    factories.drain()
    (chain,) = chains(fang)
    assert chain.root.disputed is True
    decide(one, Outcome.OUT, fred, fang)
    (chain,) = chains(fang)
    assert chain.root.disputed is True
    assert [link[0] for link in links(chain)] == ["payment"]


def test_the_bridge_adds_up_to_what_the_lender_keeps(pia: User, paul: User) -> None:
    _first, second = taken_back()
    steps = settlement.bridge_of(second, settlement.line_rows(second))
    assert [(str(step.name), step.amount_minor) for step in steps] == [
        ("Collections", 7_000),
        ("Reversed payments", -10_000),
        ("Commission", -1_750),
        ("Claw-back", 2_500),
        ("VAT on commission", 45),
        ("Left to the next statement", -795),
        ("Platform fee with VAT", 95),
        ("The lender keeps", -2_905),
    ]
    assert sum(step.amount_minor for step in steps[:-1]) == steps[-1].amount_minor


def test_the_bridge_opens_with_what_was_carried_over(pia: User, paul: User) -> None:
    _first, second = taken_back()
    factories.invoice(second, red_reference="31012026030200001")
    settlement.approve(second.id, by=paul, now=NOON)
    aline = factories.someone("aline")
    factories.payment(factories.any_case(), 20_000, reference="R3", verified_by=aline)
    third = factories.settle(TODAY + timedelta(days=2), approve=False)
    steps = settlement.bridge_of(third, settlement.line_rows(third))
    assert steps[0].amount_minor == 795
    assert sum(step.amount_minor for step in steps[:-1]) == steps[-1].amount_minor
    assert steps[-1].amount_minor == 20_000 - third.due_minor - third.billed_minor


def test_the_page_shows_chains_and_open_disputes_at_every_door(
    app: Flask, fred: User, fang: User, pia: User, bea: User
) -> None:
    first, second = taken_back()
    settlement.cancel(second.id, reason="anew", by=pia, now=NOON)
    third = factories.statement(pia, start=TODAY + timedelta(days=1))
    (one,) = dispute(third, fang, 7_000)
    code, original, claimed = one.code, first.code, third.code
    for who, door in ((fred, "agency"), (fang, "lender"), (pia, "finance")):
        page = client_of(app, who).get(f"/{door}/clawbacks/").text
        for piece in (code, original, claimed, "Undecided", "Lines can be disputed until"):
            assert piece in page, (door, piece)
    page = client_of(app, bea).get("/lender/clawbacks/").text
    assert "Nothing has been taken back or trued up." in page
    assert "No line waits for a decision." in page
    shown = client_of(app, fang).get(f"/lender/statements/{claimed}").text
    assert 'data-chart="waterfall"' in shown
    assert "The lender keeps" in shown


def test_all_corrections_are_a_table_at_every_door(
    app: Flask, fred: User, fang: User, pia: User, bea: User
) -> None:
    first, second = taken_back()
    codes, confirmed = (first.code, second.code), "Confirmed by the lender"
    factories.payment(factories.any_case(), -7_000, reference="b2", reverses="R2",
                      verified_by=factories.someone("aline"))  # fmt: skip
    for who, door in ((fred, "agency"), (fang, "lender"), (pia, "finance")):
        page = client_of(app, who).get(f"/{door}/clawbacks/").text
        assert f"/{door}/clawbacks/clawbacks.csv" in page
        answer = client_of(app, who).get(f"/{door}/clawbacks/clawbacks.csv")
        rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))
        assert [
            (row["Kind of line"], row["Statement"], row["State"], row["Amount"], row["Rate"],
             row["Commission"], row["Commission that is left"])
            for row in rows
        ] == [
            ("Payment", codes[1], confirmed, "70.00", "25%", "17.50", "17.50"),
            ("Reversal", "", "In the next statement", "-70.00", "", "", "17.50"),
            ("Payment", codes[0], "Invoiced", "100.00", "25%", "25.00", "0.00"),
            ("Reversal", codes[1], confirmed, "-100.00", "25%", "-25.00", "0.00"),
        ]  # fmt: skip
        assert {(row["Lender"], row["Agency"]) for row in rows} == {("JIANGNAN", "ANHENG")}
    empty = client_of(app, bea).get("/lender/clawbacks/clawbacks.csv").get_data(as_text=True)
    assert len(empty.splitlines()) == 1
    chinese = client_of(app, fang, "zh").get("/lender/clawbacks/clawbacks.csv")
    assert "冲正" in chinese.get_data(as_text=True)


def test_no_fee_is_paid_back_for_what_earned_nothing(
    clara: User, amy: User, aline: User
) -> None:
    """A set-off earns nothing and bears no fee, nor does its reversal give one back."""
    factories.placement(clara, amy, rate_bps=2500)
    row = PaymentRow(
        factories.any_case().lender_case_no, TODAY, 10_000, "R1", method=PaymentMethod.SET_OFF
    )
    casework.record_payments([row], by=factories.someone("fang"), now=LATER)
    waiting = casework.unverified_payments(clara.organisation_id)
    casework.verify_payments(waiting, by=aline, now=LATER)
    first = factories.settle(TODAY)
    reverse()
    second = factories.settle(TODAY + timedelta(days=1))
    for statement in (first, second):
        assert (statement.gross_minor, statement.billed_minor) == (0, 0)
    assert second.payments == 1
    checks.check_books(now=NOON)
    assert ledger.open_incidents() == 0
