"""What changes an earlier line goes by the VAT rate and the score of conduct of that line."""

import csv
import io
from datetime import timedelta

import pytest

from marketplace import settlement
from marketplace.accounts import TaxKind, TaxStatus, User
from marketplace.checks.restating import statement_differences
from marketplace.core.db import db
from marketplace.ledger import Journal
from marketplace.placements import FrameworkContract, Placement
from marketplace.settlement import LineKind, RateBasis, Statement, TierMode
from tests import factories
from tests.conftest import NOON
from tests.factories import TODAY
from tests.refusing import refused

APRIL = TODAY + timedelta(days=30)
MAY = APRIL + timedelta(days=30)
LAST = MAY - timedelta(days=1)


@pytest.fixture
def march(fred: User, fang: User, pia: User, paul: User) -> Statement:
    """100.00 at 25 % and 6 % of tax, approved and invoiced."""
    return factories.paid_by_bank()


def small_scale_from(march: Statement) -> None:
    """The agency pays 3 % from the day after the last of the statement."""
    status = TaxStatus(
        entity_id=march.agency_entity_id, kind=TaxKind.SMALL_SCALE, rate_bps=300,
        valid_from=march.period_end,
    )  # fmt: skip
    db.session.add(status)
    db.session.flush()


def agreed(clara: User, amy: User, **given: object) -> None:
    contract = db.session.scalars(db.select(FrameworkContract)).one()
    usual = {"valid_from": TODAY, "basis": RateBasis.PAYMENT, "by": clara, "now": NOON}
    terms = settlement.propose_terms(contract.id, **usual | given)  # type: ignore[arg-type]
    settlement.agree_to_terms(terms.id, by=amy, now=NOON + timedelta(days=31))


def next_statement(by: User) -> Statement:
    (due,) = settlement.due_statements(MAY)
    return settlement.draft_statement(
        due, period_start=APRIL, period_end=MAY, by=by, now=NOON + timedelta(days=61)
    )


def paid_in_april(amount_minor: int, reference: str, aline: User, reverses: str = "") -> None:
    factories.payment(
        factories.any_case(), amount_minor, reference=reference, reverses=reverses,
        value_on=APRIL, verified_by=aline, now=NOON + timedelta(days=40),
    )  # fmt: skip


def test_a_reversal_takes_back_the_tax_of_then(
    march: Statement, aline: User, fred: User, fang: User, pia: User, paul: User
) -> None:
    small_scale_from(march)
    paid_in_april(-10_000, "BACK", aline, reverses="R1")
    paid_in_april(20_000, "R2", aline)
    april = next_statement(pia)
    assert april.commission_tax_bps == 300
    assert [tuple(part) for part in april.tax_parts] == [(300, 5_000, 150), (600, -2_500, -150)]
    assert (april.commission_tax_minor, april.due_minor) == (0, 2_500)
    lines = {one.kind: one for one in settlement.line_rows(april)}
    assert (lines[LineKind.REVERSAL].tax_bps, lines[LineKind.REVERSAL].tax_minor) == (600, -150)
    assert (lines[LineKind.PAYMENT].tax_bps, lines[LineKind.PAYMENT].tax_minor) == (300, 150)
    assert [
        (str(words), amount)
        for words, amount in settlement.amounts_of(april)
        if "VAT on comm" in str(words)
    ] == [("VAT on commission, 3%", 150), ("VAT on commission, 6%", -150)]
    assert list(statement_differences()) == []

    settlement.confirm(april.id, by=fred, now=NOON)
    settlement.confirm(april.id, by=fang, now=NOON)
    blue = {"rate_bps": 300, "net_minor": 5_000, "tax_minor": 150, "gross_minor": 5_150}
    red = {
        "rate_bps": 300, "net_minor": -2_500, "tax_minor": -75, "gross_minor": -2_575,
        "red_reference": "31012026030200001",
    }  # fmt: skip
    factories.invoice(april, "1" * 20, **blue)
    wrong = factories.invoice(april, "2" * 20, **red)
    said = [str(words) for words in settlement.invoice_problems(april)]
    assert said == [
        "Net at 3%: the invoices say 25.00, the statement 50.00.",
        "Tax at 3%: the invoices say 0.75, the statement 1.50.",
        "Net at 6%: the invoices say 0.00, the statement -25.00.",
        "Tax at 6%: the invoices say 0.00, the statement -1.50.",
    ]
    settlement.withdraw_invoice(wrong.id, reason="Wrong rate", by=fred, now=NOON)
    right = red | {"rate_bps": 600, "tax_minor": -150, "gross_minor": -2_650}
    factories.invoice(april, "3" * 20, **right)
    assert settlement.invoice_problems(april) == []
    settlement.approve(april.id, by=paul, now=NOON)
    told = settlement.tax_export(organisation_id=None, first=LAST, last=LAST).decode(
        "utf-8-sig"
    )
    rows = list(csv.reader(io.StringIO(told)))
    assert [row[4:9] for row in rows[1:] if row[-1] == "Commission"] == [
        ["3", "CNY", "50.00", "1.50", "51.50"],
        ["6", "CNY", "-25.00", "-1.50", "-26.50"],
    ]


def test_a_status_of_the_next_day_does_not_count(
    fred: User, fang: User, pia: User, paul: User
) -> None:
    """Of the day after the last, though a statement says that day as its end."""
    confirmed = factories.paid_by_bank(approve=False)
    small_scale_from(confirmed)
    settlement.cancel(confirmed.id, reason="anew", by=pia, now=NOON)
    again = factories.statement(pia)
    assert (again.last_on, again.commission_tax_bps) == (APRIL - timedelta(days=1), 600)
    settlement.confirm(again.id, by=fred, now=NOON)
    settlement.confirm(again.id, by=fang, now=NOON)
    settlement.approve(again.id, by=paul, now=NOON)
    journal = db.session.get_one(Journal, again.journal_id)
    assert journal.effective_on == again.last_on


def test_a_release_is_taxed_as_what_it_was_held_back_from(
    clara: User, amy: User, aline: User, fred: User, fang: User, pia: User, paul: User
) -> None:
    placed = factories.placement(clara, amy, rate_bps=2_500)
    agreed(clara, amy, holdback_bps=1_000, holdback_days=30)
    case = factories.any_case()
    factories.payment(case, 10_000, verified_by=aline)
    march = factories.statement(pia)
    assert (march.holdback_minor, march.commission_tax_minor) == (250, 135)
    for by in (fred, fang):
        settlement.confirm(march.id, by=by, now=NOON)
    settlement.approve(march.id, by=paul, now=NOON)
    assert march.agency_entity_id == db.session.get_one(Placement, placed.id).agency_entity_id
    small_scale_from(march)
    paid_in_april(10_000, "R2", aline)
    april = next_statement(pia)
    assert april.released_minor == 250
    assert [tuple(part) for part in april.tax_parts] == [(300, 2_250, 68), (600, 250, 15)]
    *_kinds, released, control = settlement.sums_by_kind(april, settlement.line_rows(april))
    assert (released.tax_minor, control.tax_minor) == (15, april.commission_tax_minor)
    assert list(statement_differences()) == []


def test_a_true_up_goes_by_the_score_of_then(
    clara: User, amy: User, aline: User, fred: User, fang: User, pia: User, paul: User
) -> None:
    """Half of conduct was paid for in March: no more of what is made up for it in April."""
    placed = factories.placement(clara, amy, rate_bps=2_500)
    placed.result_weight_bps = 7_000
    settlement.score_quality(
        amy.organisation_id, TODAY, 5_000, source="Review", by=clara, now=NOON
    )
    factories.payment(factories.any_case(), 10_000, verified_by=aline)
    march = factories.settle(TODAY, approve=True)
    assert (march.commission_minor, march.quality_minor) == (2_500, -375)
    settlement.score_quality(
        amy.organisation_id, APRIL, 10_000, source="Review", by=clara, now=NOON
    )
    agreed(clara, amy, scale=[{"tiers": [[None, 2_000]]}], tier_mode=TierMode.WHOLE)
    paid_in_april(10_000, "R2", aline)
    april = next_statement(pia)
    lines = {one.kind: one for one in settlement.line_rows(april)}
    made_up = lines[LineKind.TRUE_UP]
    assert (made_up.commission_minor, made_up.quality_minor) == (-500, 75)
    assert (made_up.score_bps, str(made_up.factor)) == (5_000, "0.85")
    assert lines[LineKind.PAYMENT].quality_minor == 0
    assert settlement.formula(made_up, april) == "20% × (70% + 30% × 50%) = 17%"
    assert list(statement_differences()) == []


def test_what_new_terms_no_longer_pay_for_comes_back_whole_and_its_fee_too(
    march: Statement, clara: User, amy: User, aline: User, fred: User, fang: User, pia: User,
    paul: User,
) -> None:  # fmt: skip
    pays = dict(settlement.USUAL)
    agreed(clara, amy, paid_for=pays | {"voluntary": []})
    (due,) = settlement.due_statements(MAY)
    assert due.payments == 0, "no new cash: the terms alone make it due"
    april = next_statement(pia)
    (line,) = settlement.line_rows(april)
    assert (line.kind, line.reason) == (LineKind.TRUE_UP, "excluded")
    assert (line.gross_minor, line.commission_minor, line.tax_minor) == (-10_000, -2_500, -150)
    assert april.carried_out_minor == -march.due_minor
    assert april.fee_due_minor == -march.fee_due_minor < 0
    assert settlement.why_line(line) == (
        "made up for a change of the terms, which no longer pay for it"
    )
    assert list(statement_differences()) == []


def test_a_reversal_of_it_takes_nothing_more(
    march: Statement, clara: User, amy: User, aline: User, fred: User, fang: User, pia: User,
    paul: User,
) -> None:  # fmt: skip
    pays = dict(settlement.USUAL)
    agreed(clara, amy, paid_for=pays | {"voluntary": []})
    april = next_statement(pia)
    for by in (fred, fang):
        settlement.confirm(april.id, by=by, now=NOON)
    paid_in_april(-10_000, "BACK", aline, reverses="R1")
    june = MAY + timedelta(days=30)
    (due,) = settlement.due_statements(june)
    last = settlement.draft_statement(
        due, period_start=MAY, period_end=june, by=pia, now=NOON + timedelta(days=91)
    )
    (line,) = settlement.line_rows(last)
    assert (line.kind, line.reason, line.commission_minor) == (
        LineKind.EXCLUDED, "excluded", 0,
    )  # fmt: skip
    assert (last.earned_minor, last.fee_minor) == (0, 0)
    assert list(statement_differences()) == []


def test_a_rate_that_includes_tax_pays_no_more_than_it_says(
    clara: User, amy: User, aline: User, fred: User, fang: User, pia: User, paul: User
) -> None:
    """25 % of 100.00 is 25.00 whatever the tax; of it 1.42 are the agency's tax."""
    placed = factories.placement(clara, amy, rate_bps=2_500)
    placed.rates_include_tax = True
    factories.payment(factories.any_case(), 10_000, verified_by=aline)
    march = factories.settle(TODAY)
    assert (march.commission_minor, march.due_minor) == (2_500, 2_500)
    assert (march.earned_minor, march.commission_tax_minor) == (2_358, 142)
    assert [tuple(part) for part in march.tax_parts] == [(600, 2_358, 142)]
    (line,) = settlement.line_rows(march)
    assert (line.net_minor, line.tax_minor, line.payable_minor) == (2_358, 142, 2_500)
    told = {str(words): amount for words, amount in settlement.amounts_of(march)}
    assert told["VAT that the rates include"] == -142
    assert told["Net, without tax"] == 2_358
    (rate,) = settlement.rate_rows(march)
    assert str(rate.tax) == "VAT included"
    assert list(statement_differences()) == []
    small_scale_from(march)
    paid_in_april(-10_000, "BACK", aline, reverses="R1")
    april = next_statement(pia)
    assert (april.earned_minor, april.commission_tax_minor) == (-2_358, -142)
    assert april.carried_out_minor == -2_500
    assert list(statement_differences()) == []


def test_what_a_later_statement_corrects_is_not_set_aside(
    clara: User, amy: User, fred: User, fang: User, pia: User, paul: User
) -> None:
    """Else the later one takes back what was never given, and once more gives it."""
    march = factories.paid_by_bank(approve=False)
    agreed(clara, amy, paid_for=dict(settlement.USUAL) | {"voluntary": []})
    april = next_statement(pia)
    assert april.commission_minor == -2_500
    with refused(f"{april.code} corrects lines of this one"):
        settlement.cancel(march.id, reason="Anew", by=pia, now=NOON)
    for by in (fred, fang):
        settlement.confirm(april.id, by=by, now=NOON)
    with refused(f"It corrects lines of {march.code}"):
        settlement.approve(april.id, by=paul, now=NOON)
    settlement.cancel(april.id, reason="Anew", by=pia, now=NOON)
    settlement.cancel(march.id, reason="Anew", by=pia, now=NOON)
    (line,) = settlement.line_rows(next_statement(pia))
    assert (line.kind, line.commission_minor) == (LineKind.EXCLUDED, 0)
    assert list(statement_differences()) == []


def test_lines_that_a_later_statement_corrects_are_not_disputed(
    clara: User, amy: User, aline: User, fred: User, pia: User
) -> None:
    factories.placement(clara, amy, rate_bps=2_500)
    paid = factories.payment(factories.any_case(), 10_000, verified_by=aline)
    march = factories.statement(pia)
    paid_in_april(-10_000, "BACK", aline, reverses="R1")
    april = next_statement(pia)
    with refused(f"{april.code} corrects lines of this one"):
        settlement.dispute_lines(march.id, [paid.code], reason="Ours", by=fred, now=NOON)
    settlement.cancel(april.id, reason="Anew", by=pia, now=NOON)
    settlement.dispute_lines(march.id, [paid.code], reason="Ours", by=fred, now=NOON)


def test_a_reversal_waits_for_its_payment(
    clara: User, amy: User, aline: User, pia: User
) -> None:
    """A ledger may date it before the payment that it takes back, even a month before."""
    factories.placement(clara, amy, rate_bps=2_500)
    paid_in_april(10_000, "R2", aline)
    factories.payment(
        factories.any_case(), -10_000, reference="BACK", reverses="R2", verified_by=aline,
        now=NOON + timedelta(days=40),
    )  # fmt: skip
    assert settlement.due_statements(APRIL) == []
    factories.payment(factories.any_case(), 5_000, reference="R3", verified_by=aline)
    assert [line.gross_minor for line in settlement.line_rows(factories.statement(pia))] == [
        5_000
    ]
    april = next_statement(pia)
    assert sorted(line.gross_minor for line in settlement.line_rows(april)) == [
        -10_000, 10_000,
    ]  # fmt: skip
    assert april.commission_minor == 0
    assert list(statement_differences()) == []


def test_a_statement_drafted_late_knows_what_later_ones_stated(
    march: Statement, clara: User, amy: User, aline: User, fred: User, fang: User, pia: User,
    paul: User,
) -> None:  # fmt: skip
    """What was taken back after its period is not taken back once more."""
    paid_in_april(-10_000, "BACK", aline, reverses="R1")
    assert next_statement(pia).commission_minor == -2_500
    agreed(clara, amy, paid_for=dict(settlement.USUAL) | {"voluntary": []})
    factories.payment(factories.any_case(), 5_000, reference="R3", verified_by=aline)
    (due,) = settlement.due_statements(APRIL)
    late = settlement.draft_statement(
        due, period_start=TODAY + timedelta(days=1), period_end=APRIL, by=pia,
        now=NOON + timedelta(days=62),
    )  # fmt: skip
    (line,) = settlement.line_rows(late)
    assert (line.kind, line.gross_minor, line.commission_minor) == (
        LineKind.EXCLUDED, 5_000, 0,
    )  # fmt: skip
    assert list(statement_differences()) == []


def test_nothing_is_drafted_while_a_disputed_statement_is_drafted_anew(
    clara: User, amy: User, aline: User, fred: User, pia: User
) -> None:
    """It could rest on lines that are about to be set aside."""
    factories.placement(clara, amy, rate_bps=2_500)
    paid = factories.payment(factories.any_case(), 10_000, verified_by=aline)
    march = factories.statement(pia)
    paid_in_april(20_000, "R2", aline)
    settlement.dispute_lines(march.id, [paid.code], reason="Ours", by=fred, now=NOON)
    assert settlement.due_statements(MAY) == []
    settlement.split_out(factories.event("statement.disputed", march.id), now=NOON)
    assert [line.gross_minor for line in settlement.line_rows(next_statement(pia))] == [20_000]
