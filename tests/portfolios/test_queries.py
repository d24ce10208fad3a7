"""Lists for screens: sorted, narrowed and paged by the database, and only one's own."""

from collections.abc import Callable

import pytest

from marketplace import portfolios
from marketplace.accounts import User
from marketplace.core.errors import NotFound
from marketplace.portfolios import CaseFilter, Tape
from tests.conftest import as_user, count_queries
from tests.portfolios.tapes import as_csv, good_row, with_cell

Bring = Callable[..., Tape]


def test_cases_are_sorted_narrowed_and_paged(committed_tape: Bring, clara: User) -> None:
    rows = [good_row(n) for n in range(1, 121)]
    rows += [with_cell(good_row(200), "产品类型", "车贷")]
    tape = committed_tape(as_csv(rows))
    lender = clara.organisation_id
    with as_user(clara):
        first = portfolios.case_lines(lender, size=50)
        assert (first.total, first.pages, first.more) == (121, 3, False)
        assert first.lines[0].lender_case_no == "C000200"
        last = portfolios.case_lines(lender, sort="-balance", page=3, size=50)
        assert last.lines[-1].lender_case_no == "C000001"
        assert len(last.lines) == 21
        autos = portfolios.case_lines(lender, CaseFilter(product="auto"))
        assert [line.lender_case_no for line in autos.lines] == ["C000200"]
        found = portfolios.case_lines(lender, CaseFilter(text="C00001"), sort="case_no")
        assert [line.lender_case_no for line in found.lines][:2] == ["C000010", "C000011"]
        code = first.lines[0].code
        assert portfolios.case_lines(lender, CaseFilter(text=code.lower())).total == 1
        portfolio = portfolios.portfolio_of_tape(tape)
        assert portfolios.case_lines(lender, CaseFilter(portfolio_id=portfolio.id)).total == 121
        assert portfolios.case_lines(lender, CaseFilter(region="11")).total == 0


def test_a_page_costs_two_queries(committed_tape: Bring, clara: User) -> None:
    committed_tape(as_csv([good_row(n) for n in range(1, 40)]))
    assert count_queries(lambda: portfolios.case_lines(clara.organisation_id)) == 2


def test_strata_add_up(committed_tape: Bring, clara: User) -> None:
    rows = [good_row(1), with_cell(good_row(2), "逾期天数", "100"), good_row(3)]
    tape = committed_tape(as_csv(rows))
    portfolio = portfolios.portfolio_of_tape(tape)
    found = portfolios.strata(portfolio.id)
    for dimension in ("region", "product", "age", "score"):
        mine = [s for s in found if s.dimension == dimension]
        assert sum(s.cases for s in mine) == 3
        assert sum(s.balance_minor for s in mine) == portfolio.balance_minor
    assert {(s.group, s.cases) for s in found if s.dimension == "age"} == {
        ("181-365", 2), ("0-180", 1),
    }  # fmt: skip


def test_issues_are_paged_and_counted(committed_tape: Bring, clara: User) -> None:
    rows = [good_row(1)] + [with_cell(good_row(n), "备注", "=x") for n in range(2, 80)]
    tape = committed_tape(as_csv(rows))
    page = portfolios.tape_issues(tape, page=2, size=50)
    assert (page.total, len(page.lines)) == (78, 28)
    assert page.by_kind == {"formula_in_text": 78}
    assert portfolios.tape_issues(tape, kind="missing_name").lines == []


def test_lines_of_tapes_and_portfolios(committed_tape: Bring, clara: User, bea: User) -> None:
    tape = committed_tape(as_csv([good_row(1)]))
    (line,) = portfolios.tape_lines(clara.organisation_id)
    assert (line.rows_total, line.status, line.portfolio_code) == (
        1, "committed", portfolios.portfolio_of_tape(tape).code,
    )  # fmt: skip
    (mine,) = portfolios.portfolio_lines(clara.organisation_id)
    assert (mine.name, mine.cases) == ("Cards 2025", 1)
    assert portfolios.portfolio_lines(bea.organisation_id) == []


def test_what_belongs_to_others_is_not_found(
    committed_tape: Bring, clara: User, bea: User
) -> None:
    tape = committed_tape(as_csv([good_row(1)]))
    code = portfolios.portfolio_of_tape(tape).code
    assert portfolios.owned_tape(tape.code, lender_id=clara.organisation_id) is tape
    with pytest.raises(NotFound):
        portfolios.owned_tape(tape.code, lender_id=bea.organisation_id)
    with pytest.raises(NotFound):
        portfolios.owned_portfolio(code, lender_id=bea.organisation_id)
