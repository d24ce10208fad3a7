"""What is filled in, what cannot be, and what stands twice."""

from datetime import date

import pytest

from marketplace import portfolios
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.portfolios import PROBLEMS, Portfolio
from tests import factories
from tests.conftest import as_user


@pytest.fixture
def book(clara: User) -> Portfolio:
    made = factories.portfolio(clara, 4)
    for case in factories.cases_of(made):
        case.score = 600
    who = factories.debtor(clara, factories.invented(9))
    loan = {"loan_minor": 200_000, "opened_on": date(2023, 1, 5), "product": "auto"}
    factories.add_case(made, who, "T1", contract_no="HT1", **loan)
    factories.add_case(made, who, "T2", contract_no="HT1", **loan)
    db.session.flush()
    return made


def test_completeness_is_counted_by_product(book: Portfolio, clara: User) -> None:
    with as_user(clara):
        found = portfolios.quality_of(book.id, lender_id=clara.organisation_id)
    by_product = {one.product: one for one in found.segments}
    assert (found.cases, by_product["auto"].cases) == (6, 2)
    assert by_product["auto"].filled["contract_no"] == 2
    assert (by_product["auto"].filled["score"], found.filled["score"]) == (0, 4)
    assert found.filled["id_no"] == 6
    assert (found.debtors_with_several, found.their_cases) == (1, 2)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("not_footing", {"interest_minor": 2}),
        ("dpd_mismatch", {"dpd": 40}),
        (
            "open_after_default",
            {"opened_on": date(2024, 12, 2), "overdue_on": date(2024, 12, 1)},
        ),
        ("paid_after_balance", {"last_payment_on": date(2999, 1, 1)}),
        ("principal_over_loan", {"loan_minor": 1}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_found(clara: User, kind: str, values: dict[str, object]) -> None:
    book = factories.portfolio(clara, 2)
    case = factories.cases_of(book)[0]
    case.overdue_on = date.fromordinal(case.balance_as_of.toordinal() - case.dpd)
    with as_user(clara):
        clean = portfolios.quality_of(book.id, lender_id=clara.organisation_id)
    assert set(clean.problems.values()) == {0}
    for name, value in values.items():
        setattr(case, name, value)
    if kind == "open_after_default":
        case.dpd = (case.balance_as_of - date(2024, 12, 1)).days
    with as_user(clara):
        db.session.flush()
        found = portfolios.quality_of(book.id, lender_id=clara.organisation_id)
        lines = portfolios.problem_lines(book.id, lender_id=clara.organisation_id)
    assert {name for name, n in found.problems.items() if n} == {kind}
    assert [(one.kind, one.case_no) for one in lines] == [(kind, case.lender_case_no)]


def test_the_other_case_may_stand_in_another_portfolio(book: Portfolio, clara: User) -> None:
    other = factories.portfolio(clara, 0, name="Other")
    who = factories.debtor(clara, factories.invented(10))
    factories.add_case(other, who, "O1", contract_no="HT1")
    with as_user(clara):
        mine = portfolios.quality_of(book.id, lender_id=clara.organisation_id)
        its = portfolios.quality_of(other.id, lender_id=clara.organisation_id)
        lines = portfolios.problem_lines(book.id, lender_id=clara.organisation_id)
    assert (mine.problems["same_contract"], its.problems["same_contract"]) == (2, 1)
    assert (mine.problems["same_loan"], its.problems["same_loan"]) == (2, 0)
    assert [one.kind for one in lines] == ["same_contract"] * 2 + ["same_loan"] * 2


def test_anbeas_case_is_no_double(book: Portfolio, clara: User, bea: User) -> None:
    with as_user(bea):
        theirs = factories.portfolio(bea, 0, name="Theirs")
        who = factories.debtor(bea, factories.invented(11))
        factories.add_case(theirs, who, "X1", contract_no="HT1")
        found = portfolios.quality_of(theirs.id, lender_id=bea.organisation_id)
    assert found.problems["same_contract"] == 0


def test_every_problem_is_told_apart() -> None:
    assert len(PROBLEMS) == len(set(PROBLEMS)) == 7
