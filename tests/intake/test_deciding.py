"""One proposes, another checks; nothing is deleted, and everything can be reversed."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from marketplace import casework, intake
from marketplace import ledger as ledger_periods
from marketplace.accounts import User
from marketplace.casework import Payment
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal, StaleForm
from marketplace.intake import Decision, DecisionKind, GroupRow, Line, ReasonCode, Share
from marketplace.intake.models import Member
from marketplace.portfolios import Case
from tests import factories
from tests.conftest import as_user
from tests.factories import someone
from tests.intake.files import LATER, bank, bring, claims, ledger, placed, small_month
from tests.refusing import refused

pytestmark = pytest.mark.usefixtures("app")


def group_at(place: str) -> GroupRow:
    """The latest group with the line at this place."""
    return db.session.scalars(
        select(GroupRow)
        .join(Member, Member.group_id == GroupRow.id)
        .join(Line, Line.id == Member.line_id)
        .where(Line.place == place)
        .order_by(GroupRow.id.desc())
    ).first()


def code_at(place: str) -> str:
    return group_at(place).code


def line_at(place: str) -> Line:
    return db.session.scalars(select(Line).where(Line.place == place)).one()


def match(*places: str, by: str = "fang", reason: str = "same sum") -> Decision:
    codes = [code_at(place) for place in places]
    with as_user(someone(by)):
        return intake.propose_match(codes, reason, by=someone(by), now=LATER)


def check(decision: Decision, *, agree: bool = True, by: str = "aline", note: str = "") -> int:
    with as_user(someone(by)):
        return intake.check(decision.code, agree=agree, note=note, by=someone(by), now=LATER)[1]


def verified() -> dict[str, bool]:
    rows = db.session.execute(text("SELECT ledger_ref, verified_at FROM payments"))
    return {row.ledger_ref: row.verified_at is not None for row in rows}


def waiting() -> list[Payment]:
    """Payments that nobody has verified or withdrawn."""
    return list(
        db.session.scalars(
            select(Payment).where(
                Payment.verified_by_id.is_(None), Payment.withdrawn_by_id.is_(None)
            )
        )
    )


def test_one_approval_verifies_everything_that_matched_automatically() -> None:
    small_month()
    proposal = db.session.scalars(select(Decision)).one()
    with as_user(someone("fang")), refused("You proposed this"):
        intake.check(proposal.code, agree=True, by=someone("fang"), now=LATER)
    assert check(proposal) == 3
    assert verified() == {"R1": True, "R2": True, "R4": True}
    with as_user(someone("aline")), refused("has been checked already", kind=StaleForm):
        intake.check(proposal.code, agree=False, note="no", by=someone("aline"), now=LATER)


def test_an_approval_of_older_matches_is_stale() -> None:
    small_month()
    proposal = db.session.scalars(select(Decision)).one()
    bring(bank(("C000003", "2026-03-05", "70.00"), name="more.csv"))
    with as_user(someone("aline")), refused("Newer files came in", kind=StaleForm):
        intake.check(proposal.code, agree=True, by=someone("aline"), now=LATER)


def test_a_match_is_proposed_and_checked_and_its_payment_verified() -> None:
    small_month()
    made = match("ledger.csv:4", "bank.csv:4")
    assert verified()["R3"] is False
    with refused("changed meanwhile", kind=StaleForm):
        match("ledger.csv:4", "bank.csv:4")
    assert check(made) == 1
    assert verified()["R3"] is True


def test_a_refused_proposal_frees_its_lines_and_needs_a_note() -> None:
    small_month()
    made = match("ledger.csv:4", "bank.csv:4")
    with as_user(someone("aline")), refused("Say why you refuse"):
        intake.check(made.code, agree=False, by=someone("aline"), now=LATER)
    check(made, agree=False, note="another debtor")
    assert verified()["R3"] is False
    check(match("ledger.csv:4", "bank.csv:4"))
    # What the refused proposal recorded is withdrawn, and nobody can verify it any more.
    assert (verified()["R3"], verified()["R3~2"]) == (False, True)
    assert {one.ledger_ref for one in waiting()} == {"R1", "R2", "R4"}


def test_a_refused_split_is_not_what_a_later_one_pays() -> None:
    cases = placed()
    bring(ledger(("X-UNKNOWN", "2026-03-05", "70.00", "R3")))
    first = split("ledger.csv:2", (cases[0].code, 3_000), (cases[1].code, 4_000))
    check(first, agree=False, note="the other way round")
    check(split("ledger.csv:2", (cases[0].code, 4_000), (cases[1].code, 3_000)))
    assert {one.case_id: one.amount_minor for one in waiting()} == {
        cases[0].id: 4_000, cases[1].id: 3_000,
    }  # fmt: skip


def test_nobody_verifies_past_the_decision(aline: User) -> None:
    """What is proposed, or waits for its approval, is not among the payments to verify."""
    small_month()
    made = match("ledger.csv:4", "bank.csv:4")
    with as_user(aline):
        assert casework.unverified_by_others(by=aline) == []
        everything = [one.id for one in waiting()]
        assert len(everything) == 4
        assert casework.verify_payments(everything, by=aline, now=LATER) == 0
    check(made, agree=False, note="no")
    assert not any(verified().values())


def test_a_refused_reversal_can_be_proposed_again() -> None:
    placed()
    bring(
        ledger(("C000001", "2026-03-05", "70.00", "RCPT00771")),
        bank(("C000001", "2026-03-05", "70.00")),
    )
    check(db.session.scalars(select(Decision)).one())
    bring(
        ledger(("C000001", "2026-03-09", "-70.00", "RCPT00772", "RCPT00771"), name="b.csv"),
        bank(("return", "2026-03-12", "-70.00"), name="c.csv"),
    )
    check(match("b.csv:2", "c.csv:2"), agree=False, note="ask the bank")
    assert check(match("b.csv:2", "c.csv:2")) == 1
    assert verified() == {"RCPT00771": True, "RCPT00772": False, "RCPT00772~2": True}


def test_a_reversed_decision_takes_back_only_what_was_verified() -> None:
    cases = placed()
    bring(ledger(("X-UNKNOWN", "2026-03-05", "70.00", "R3")))
    made = split("ledger.csv:2", (cases[0].code, 7_000))
    check(made)
    assert [one.ledger_ref for one in waiting()] == ["R3"]
    check(reverse(made))
    assert waiting() == []
    assert verified() == {"R3": False}, "withdrawn, and nothing taken back"


def test_a_posting_of_no_known_case_is_never_settled_without_a_payment() -> None:
    cases = placed()
    bring(
        ledger(("C00000I", "2026-03-05", "70.00", "R3")),
        bank(("nobody", "2026-03-05", "70.00")),
    )
    with refused("ledger.csv:2 names no case of yours"), db.session.begin_nested():
        match("ledger.csv:2", "bank.csv:2")
    with refused("ledger.csv:2 names no case of yours"), db.session.begin_nested():
        resolve(ReasonCode.BANK_CHARGE, "ledger.csv:2", "bank.csv:2")
    check(split("ledger.csv:2", (cases[0].code, 7_000)))
    assert [one.case_id for one in waiting()] == [cases[0].id]


def test_a_reversal_is_not_set_off_by_a_resolution() -> None:
    placed()
    bring(
        ledger(
            ("C000001", "2026-03-05", "70.00", "R1"),
            ("C000001", "2026-03-06", "-70.00", "R2", "R1"),
            ("C000002", "2026-03-06", "100.00", "R3"),
        ),
        bank(("nobody", "2026-03-12", "100.00")),
    )
    with refused("ledger.csv:3 takes money back"):
        resolve(
            ReasonCode.SHORT_ACCEPTED,
            "ledger.csv:2", "ledger.csv:3", "ledger.csv:4", "bank.csv:2",
        )  # fmt: skip


def differing(bank_amount: str, code: ReasonCode, *, claimed: str = "") -> Decision:
    """The ledger says 70.00, the bank something else under the same reference."""
    placed()
    files = [
        ledger(("C000001", "2026-03-05", "70.00", "RCPT00771")),
        bank(("还款 RCPT00771", "2026-03-05", bank_amount)),
    ]
    if claimed:
        files.append(claims(("K1", "C000001", "2026-03-05", claimed, "RCPT00771")))
    bring(*files)
    return resolve(code, "ledger.csv:2", "bank.csv:2")


def resolve(code: ReasonCode, *places: str) -> Decision:
    with as_user(someone("fang")):
        return intake.resolve(
            [code_at(place) for place in places], code, "seen", by=someone("fang"), now=LATER
        )


@pytest.mark.parametrize(
    ("bank_amount", "code", "verified_minor"),
    [
        ("55.00", ReasonCode.SHORT_ACCEPTED, 5_500),
        ("69.50", ReasonCode.BANK_CHARGE, 6_950),
        ("75.00", ReasonCode.OVER_TO_REFUND, 7_000),
        ("55.00", ReasonCode.WRITE_OFF, None),
        ("55.00", ReasonCode.NOT_RECEIVED, None),
    ],
)
def test_cash_that_both_show_is_verified_where_only_the_difference_is_disputed(
    bank_amount: str, code: ReasonCode, verified_minor: int | None
) -> None:
    made = differing(bank_amount, code)
    assert set(verified().values()) <= {False}
    assert check(made) == (verified_minor is not None)
    paid = db.session.scalars(select(Payment).where(Payment.verified_at.is_not(None))).all()
    assert [one.amount_minor for one in paid] == ([verified_minor] if verified_minor else [])


def test_a_claim_beyond_the_cash_adds_none() -> None:
    assert check(differing("70.00", ReasonCode.CLAIM_REFUSED, claimed="90.00")) == 1
    (paid,) = db.session.scalars(select(Payment)).all()
    assert (paid.amount_minor, paid.verified_at is not None) == (7_000, True)


def test_a_refused_resolution_leaves_no_payment() -> None:
    check(differing("55.00", ReasonCode.SHORT_ACCEPTED), agree=False, note="ask the bank")
    assert waiting() == []
    assert check(resolve(ReasonCode.BANK_CHARGE, "ledger.csv:2", "bank.csv:2")) == 1
    assert verified() == {"RCPT00771": False, "RCPT00771~2": True}


def test_a_shortage_is_taken_from_the_last_posting() -> None:
    placed()
    bring(
        ledger(
            ("C000001", "2026-03-05", "70.00", "RCPT00771"),
            ("C000002", "2026-03-05", "30.00", "RCPT00772"),
        ),
        bank(("还款 RCPT00771 RCPT00772", "2026-03-05", "85.00")),
    )
    made = resolve(ReasonCode.SHORT_ACCEPTED, "bank.csv:2", "ledger.csv:2", "ledger.csv:3")
    assert check(made) == 2
    rows = db.session.scalars(select(Payment).order_by(Payment.id))
    assert [(one.ledger_ref, one.amount_minor) for one in rows] == [
        ("RCPT00771", 7_000), ("RCPT00772", 1_500),
    ]  # fmt: skip


def test_a_match_adds_up_and_has_two_sources() -> None:
    small_month()
    with refused("do not add up"):
        match("ledger.csv:4", "claims.csv:3")
    with refused("two sources"):
        match("ledger.csv:4")
    with refused("Say why"):
        match("ledger.csv:4", "bank.csv:4", reason="  ")


def test_groups_of_others_and_of_other_months_cannot_be_matched(bea: User) -> None:
    small_month()
    code = code_at("ledger.csv:4")
    with as_user(bea), pytest.raises(NotFound):
        intake.propose_match([code], "mine", by=bea, now=LATER)
    bring(bank(("王", "2026-04-01", "70.00"), name="april.csv"), month=LATER.date())
    with refused("different months"):
        resolve(ReasonCode.SHORT_ACCEPTED, "ledger.csv:4", "april.csv:2")


def test_a_posting_of_the_last_day_meets_its_entry_in_the_next_month(pia: User, paul: User):
    placed()
    bring(ledger(("C000001", "2026-03-31", "70.00", "R9")))
    bring(bank(("王", "2026-04-01", "70.00"), name="april.csv"), month=LATER.date())
    made = match("april.csv:2", "ledger.csv:2")
    assert check(made) == 1
    assert verified() == {"R9": True}
    for month in (date(2026, 3, 1), date(2026, 4, 1)):
        shown = intake.queue(made.lender_id, month, intake.Filter("settled"))
        assert shown.total == 1
    assert check(reverse(made)) == 1
    with as_user(pia):
        ledger_periods.propose_close(date(2026, 3, 1), by=pia, now=LATER)
    with as_user(paul):
        ledger_periods.close_period(date(2026, 3, 1), by=paul, now=LATER)
    with refused("2026-03 is closed in the books"):
        match("april.csv:2", "ledger.csv:2")


def test_a_group_is_resolved_with_a_code_and_words() -> None:
    small_month()
    check(resolve(ReasonCode.CLAIM_REFUSED, "huaxin.csv:3"))
    with refused("changed meanwhile", kind=StaleForm):
        match("huaxin.csv:3", "bank.csv:4")


def reverse(decision: Decision, *, group: str = "", by: str = "fang") -> Decision:
    with as_user(someone(by)):
        return intake.reverse(
            decision.code, "wrong debtor", group_code=group, by=someone(by), now=LATER
        )


def test_a_wrong_decision_is_reversed_by_two_and_its_payment_taken_back() -> None:
    small_month()
    made = match("ledger.csv:4", "bank.csv:4")
    with refused("is not in force", kind=StaleForm):
        reverse(made)
    check(made)
    undone = reverse(made)
    with refused("waits for a second person already", kind=StaleForm):
        reverse(made)
    assert check(undone) == 1
    assert verified()["R3-R"] is False  # recorded by the checker: a colleague verifies it
    with refused("is not in force", kind=StaleForm):
        reverse(made)
    again = match("ledger.csv:4", "bank.csv:4")
    check(again)
    assert verified()["R3~2"] is True
    count = db.session.execute(text("SELECT count(*) FROM intake_decisions")).scalar_one()
    assert count == 4


def test_one_group_of_an_approval_is_freed_alone() -> None:
    small_month()
    proposal = db.session.scalars(select(Decision)).one()
    check(proposal)
    with refused("Say which group"):
        reverse(proposal)
    check(reverse(proposal, group=code_at("ledger.csv:2")))
    assert set(verified()) == {"R1", "R2", "R4", "R1-R"}
    # The others stay held: a new run finds this one group alone.
    bring(bank(("x", "2026-03-09", "9.99"), name="more.csv"))
    newest = db.session.scalars(select(intake.Run).order_by(intake.Run.id.desc())).first()
    assert newest.lines == 3 + 4 + 1


def split(place: str, *shares: tuple[str, int], by: str = "fang") -> Decision:
    with as_user(someone(by)):
        return intake.propose_split(
            code_at(place), line_at(place).id, [Share(*share) for share in shares],
            "two loans", by=someone(by), now=LATER,
        )  # fmt: skip


def test_a_posting_is_split_among_cases() -> None:
    cases = placed()
    bring(
        ledger(("X-UNKNOWN", "2026-03-05", "70.00", "R3")),
        bank(("nobody", "2026-03-05", "70.00")),
    )
    check(split("ledger.csv:2", (cases[0].code, 3_000), (cases[1].code, 4_000)))
    assert verified() == {"R3/1": False, "R3/2": False}  # no bank entry shows it yet


def test_a_split_is_of_own_cases_in_the_lines_currency_and_sign(bea: User, clara: User) -> None:
    cases = small_month()
    foreign = factories.cases_of(factories.portfolio(bea, 1, first=70))[0]
    dollars = factories.cases_of(
        factories.portfolio(clara, 1, first=80, name="USD", currency="USD")
    )[0]
    own = cases[0].code
    with refused(f"There is no case {foreign.code}"):
        split("ledger.csv:4", (own, 3_000), (foreign.code, 4_000))
    with refused("is kept in USD"):
        split("ledger.csv:4", (own, 3_000), (dollars.code, 4_000))
    with refused("must have the sign of the line"):
        split("ledger.csv:4", (own, 8_000), (cases[1].code, -1_000))
    with refused("one case or more"):
        split("ledger.csv:4")
    with refused("The amounts come to 69.99, the line to 70.00"):
        split("ledger.csv:4", (own, 3_000), (cases[1].code, 3_999))


@pytest.fixture
def cases() -> list[Case]:
    return small_month()


@given(st.data())
@settings(
    max_examples=60, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
def test_a_split_is_taken_if_and_only_if_it_adds_up(
    cases: list[Case], data: st.DataObject
) -> None:
    parts = data.draw(st.lists(st.integers(-2, 3_000), min_size=1, max_size=4))
    rest = data.draw(st.sampled_from([7_000 - sum(parts)] * 3 + [1, 6_999]))
    shares = list(zip((case.code for case in cases), [*parts, rest], strict=False))
    good = sum(parts) + rest == 7_000 and min(*parts, rest) > 0
    undone = db.session.begin_nested()
    try:
        made = split("bank.csv:4", *shares)
        assert (made.kind, made.line_id) == (DecisionKind.SPLIT, line_at("bank.csv:4").id)
        assert good
    except Refusal:
        assert not good
    finally:
        undone.rollback()


def test_a_claim_that_came_late_is_matched_by_hand() -> None:
    placed()
    bring(bank(("王", "2026-03-05", "70.00")))
    bring(claims(("K9", "C000001", "2026-03-30", "70.00")))
    check(match("bank.csv:2", "claims.csv:2"))
    assert verified() == {}


def test_a_reversal_in_a_later_month_takes_back_what_was_paid_before() -> None:
    """Else its commission would stay with the agency, and nobody would see it."""
    placed()
    april = date(2026, 4, 1)
    bring(
        ledger(("C000001", "2026-03-05", "100.00", "R1")),
        bank(("C000001", "2026-03-05", "100.00")),
    )
    check(db.session.scalars(select(Decision)).one())
    bring(
        ledger(("C000001", "2026-04-02", "-100.00", "R2", "R1"), name="april.csv"),
        bank(("C000001", "2026-04-02", "-100.00"), name="april-bank.csv"),
        month=april,
    )
    stopped = group_at("april.csv:2")
    assert stopped.kind == "reversal"
    same = code_at("april-bank.csv:2") == stopped.code
    made = match("april.csv:2") if same else match("april.csv:2", "april-bank.csv:2")
    assert check(made) == 1
    back = db.session.scalars(select(Payment).where(Payment.amount_minor < 0)).one()
    assert (back.amount_minor, back.ledger_ref) == (-10_000, "R2")
    assert verified() == {"R1": True, "R2": True}


def test_a_refund_of_a_part_leaves_the_rest_of_its_payment() -> None:
    """Else commission on what the lender kept would be taken back too."""
    placed()
    bring(
        ledger(
            ("C000001", "2026-03-05", "120.00", "R1"),
            ("C000001", "2026-03-09", "-20.00", "R2", "R1"),
        ),
        bank(("C000001", "2026-03-05", "120.00"), ("退款 C000001", "2026-03-09", "-20.00")),
    )
    back = group_at("ledger.csv:3")
    assert not back.automatic
    check(db.session.scalars(select(Decision)).one())
    same = code_at("bank.csv:3") == back.code
    made = match("ledger.csv:3") if same else match("ledger.csv:3", "bank.csv:3")
    assert check(made) == 2
    payments = db.session.scalars(select(Payment).order_by(Payment.id)).all()
    assert [(one.amount_minor, one.value_on.day) for one in payments] == [
        (12_000, 5), (-12_000, 9), (10_000, 5),
    ]  # fmt: skip
    assert all(one.verified_by_id for one in payments)
    drafted = factories.statement(someone("pia"))
    assert drafted.gross_minor == 10_000


def test_a_refund_of_more_than_was_paid_is_not_recorded() -> None:
    placed()
    bring(
        ledger(
            ("C000001", "2026-03-05", "100.00", "R1"),
            ("C000001", "2026-03-09", "-120.00", "R2", "R1"),
        ),
        bank(("C000001", "2026-03-05", "100.00"), ("退款 C000001", "2026-03-09", "-120.00")),
    )
    check(db.session.scalars(select(Decision)).one())
    with refused("takes back more than was paid"):
        same = code_at("bank.csv:3") == code_at("ledger.csv:3")
        match("ledger.csv:3", *([] if same else ["bank.csv:3"]))


def test_a_reversal_of_what_is_not_recorded_yet_waits_for_it() -> None:
    """Else what it takes back would earn for good once it is matched itself."""
    placed()
    bring(
        ledger(
            ("C000001", "2026-03-05", "100.00", "R1"),
            ("C000001", "2026-03-09", "-100.00", "R2", "R1"),
            ("C000002", "2026-03-09", "50.00", "R3"),
        ),
        bank(
            ("来账 王小明", "2026-03-05", "100.00"), ("退款 C000001", "2026-03-09", "-100.00"),
            ("C000002", "2026-03-09", "50.00"),
        ),
    )  # fmt: skip
    assert group_at("ledger.csv:3").automatic
    assert check(db.session.scalars(select(Decision)).one()) == 1
    assert verified() == {"R3": True}
    with refused("cannot be recorded as a payment"), db.session.begin_nested():
        match("ledger.csv:3")
    check(match("ledger.csv:2", "bank.csv:2"))
    check(match("ledger.csv:3"))
    assert verified() == {"R1": True, "R2": True, "R3": True}
