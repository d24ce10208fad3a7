"""A preview is what drafting would make, beside the last statement, and writes nothing."""

from datetime import timedelta

from flask.testing import FlaskClient

from marketplace import placements, settlement
from marketplace.accounts import User
from marketplace.core.db import acting, db
from marketplace.placements import FrameworkContract
from marketplace.portfolios import Portfolio
from marketplace.settlement import LineKind, RateBasis, Statement, TierMode
from marketplace.settlement.reasons import why_line
from tests import factories
from tests.conftest import NOON, SYSTEM, as_user, rows_of, sign_in
from tests.factories import TODAY

END = TODAY + timedelta(days=30)
EARLIER = NOON - timedelta(days=1)


def preview(by: User) -> settlement.Preview:
    with as_user(by):
        (due,) = settlement.due_statements(END)
        return settlement.preview_statement(due, period_end=END)


def test_it_says_what_drafting_then_makes(fred: User, fang: User, pia: User, aline: User,
                                          paul: User) -> None:  # fmt: skip
    first = factories.paid_by_bank()
    case = factories.any_case()
    factories.payment(case, 7_000, reference="R2", verified_by=aline)
    factories.payment(case, -10_000, reference="back", reverses="R1", verified_by=aline)
    seen = preview(pia)
    assert rows_of("statements") == 1
    assert seen.last is not None
    assert seen.last.id == first.id
    assert [(r.kind, r.now.lines, r.now.commission_minor, r.last.commission_minor)
            for r in seen.rows] == [
        (LineKind.PAYMENT, 1, 1_750, 2_500), (LineKind.REVERSAL, 1, -2_500, 0),
    ]  # fmt: skip
    assert (seen.commission_minor, seen.change_minor) == (-750, -3_250)
    db.session.commit()
    made = factories.statement(pia, start=TODAY + timedelta(days=1))
    assert made.commission_minor == seen.commission_minor
    assert seen.totals is not None
    assert settlement.amounts_of(seen.totals) == settlement.amounts_of(made)
    assert seen.totals.id is None
    foreseen = [
        (x.payment, x.case_code, x.value_on, x.kind, x.gross_minor, x.rate_bps,
         x.commission_minor, x.why)
        for x in settlement.preview_lines(seen)
    ]  # fmt: skip
    assert foreseen == [
        (x.payment, x.case_code, x.value_on, x.kind, x.gross_minor, x.rate_bps,
         x.commission_minor, why_line(x))
        for x in settlement.line_rows(made)
    ]  # fmt: skip
    assert len(settlement.preview_lines(seen, most=1)) == 1


def test_new_terms_and_crossed_tiers_are_told(
    fred: User, fang: User, pia: User, paul: User, aline: User, clara: User, amy: User
) -> None:
    factories.paid_by_bank()
    contract = db.session.scalars(db.select(FrameworkContract)).one()
    terms = settlement.propose_terms(
        contract.id, valid_from=factories.LAST_YEAR, basis=RateBasis.PAYMENT,
        tier_mode=TierMode.WHOLE, scale=[{"tiers": [[12_000, 2_500], [None, 1_000]]}],
        by=clara, now=NOON,
    )  # fmt: skip
    settlement.agree_to_terms(terms.id, by=amy, now=NOON)
    factories.payment(factories.any_case(), 5_000, reference="R2", verified_by=aline)
    seen = preview(pia)
    assert (list(seen.new_terms), seen.tier_crossings) == ([1], 1)
    assert [one.id for one in seen.terms] == [terms.id]
    assert [(r.kind, r.now.commission_minor) for r in seen.rows if r.now.lines] == [
        (LineKind.PAYMENT, 500), (LineKind.TRUE_UP, -1_500),
    ]  # fmt: skip


def test_cash_after_the_recall_is_told_apart_while_it_still_earns(
    fred: User, fang: User, pia: User, paul: User, aline: User, clara: User
) -> None:
    factories.paid_by_bank()
    case = factories.any_case()
    factories.payment(case, 3_000, reference="R2", verified_by=aline)
    assert preview(pia).tail.lines == 0
    (line,) = placements.placement_lines(lender_id=clara.organisation_id)
    placements.recall(line.placement.id, reason="over", by=clara, now=EARLIER)
    db.session.flush()
    seen = preview(pia).tail
    assert (seen.lines, seen.cash_minor, seen.commission_minor) == (1, 3_000, 750)


def test_it_is_of_the_period_that_is_drafted(client: FlaskClient, aline: User) -> None:
    placed = factories.placement(factories.someone("clara"), factories.someone("amy"))
    case = factories.cases_of(db.session.get_one(Portfolio, placed.portfolio_id))[0]
    payments = [
        factories.payment(
            case, amount, reference=name, value_on=TODAY + timedelta(days=days),
            verified_by=aline,
        )
        for name, amount, days in (("EARLY", 1_000, 0), ("LATE", 2_000, 5))
    ]  # fmt: skip
    early, late = (one.code for one in payments)
    end = (TODAY + timedelta(days=5)).isoformat()
    with acting(SYSTEM):
        sign_in(client, factories.someone("pia"))
    for page in ("preview", "preview-lines.csv"):
        both = client.get(f"/finance/drafts/{page}").get_data(as_text=True)
        assert early in both
        assert late in both
        seen = client.get(f"/finance/drafts/{page}?period_end={end}").get_data(as_text=True)
        assert early in seen
        assert late not in seen
        assert client.get(f"/finance/drafts/{page}?period_end=soon").status_code == 409
    form = client.get(f"/finance/drafts/?period_end={end}").get_data(as_text=True)
    assert f'type="hidden" name="period_end" value="{end}"' in form
    assert f"/finance/drafts/preview?period_end={end}" in form
    given = {"period_start": TODAY.isoformat(), "period_end": end}
    assert client.post("/finance/drafts/", data=given).status_code == 303
    made = db.session.scalars(db.select(Statement)).one()
    assert [line.payment for line in settlement.line_rows(made)] == [early]


def test_the_page_and_its_table(client: FlaskClient) -> None:
    with acting(SYSTEM):
        factories.paid_by_bank(approve=False)
        sign_in(client, factories.someone("pia"))
    assert "no verified cash" in client.get("/finance/drafts/preview").get_data(as_text=True)
    with acting(SYSTEM):
        case = factories.any_case()
        factories.payment(case, 4_000, reference="R2", verified_by=factories.someone("aline"))
    seen = client.get("/finance/drafts/preview").get_data(as_text=True)
    assert "Nothing has been written" in seen
    assert 'id="agencies-CNY"' in seen
    for figure in ("VAT on commission, 6%", "¥0.60", "Lender pays agency", "¥10.60"):
        assert figure in seen
    table = client.get("/finance/drafts/preview.csv").get_data(as_text=True)
    assert "JIANGNAN,ANHENG,CNY" in table
    assert "40.00,10.00,1,100.00,25.00,-15.00" in table.replace("'", "")
    with acting(SYSTEM):
        sign_in(client, factories.someone("olga"))
    assert client.get("/finance/drafts/preview").status_code == 403
