"""What was owed, day by day, and which row of which file says so."""

from collections.abc import Callable
from datetime import date

from flask import Flask
from sqlalchemy import text

from marketplace import portfolios
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.portfolios import Case, Tape
from tests import factories
from tests.conftest import as_user, client_of, rows_of
from tests.portfolios.tapes import AS_OF, as_csv, as_xlsx, good_row, with_cell
from tests.refusing import refused_by_database

Bring = Callable[..., Tape]


def owing(n: int, principal: int) -> list[str]:
    row = with_cell(good_row(n), "剩余本金(元)", str(principal))
    return with_cell(row, "欠款总额(元)", str(principal + 11))


def history(number: str = "C000001") -> list[tuple[object, ...]]:
    case = db.session.scalars(db.select(Case).where(Case.lender_case_no == number)).one()
    return [
        (line.as_of, line.balance_minor, line.change_minor, line.applied)
        for line in portfolios.balance_lines(case.id, lender_id=case.lender_id)
    ]


def test_each_list_leaves_a_balance_with_its_row(committed_tape: Bring) -> None:
    first = committed_tape(as_xlsx([good_row(1), good_row(2)], sheet="委案明细"))
    committed_tape(
        as_csv([owing(2, 700), owing(1, 500)]), defaults={"balance_as_of": "2025-07-31"}
    )
    assert history() == [
        (date(2025, 7, 31), 51_100, -50_100, True),
        (date(2025, 6, 30), 101_200, None, True),
    ]
    case = db.session.scalars(db.select(Case).where(Case.lender_case_no == "C000001")).one()
    newest, oldest = portfolios.balance_lines(case.id, lender_id=case.lender_id)
    assert (newest.sheet, newest.row) == ("", 3)
    assert (oldest.sheet, oldest.row, oldest.tape_code) == ("委案明细", 3, first.code)
    assert oldest.file_sha256 == first.sha256
    assert oldest.principal_minor + oldest.interest_minor + oldest.fees_minor == 101_200


def test_a_case_says_its_file_its_sheet_and_its_row(committed_tape: Bring) -> None:
    tape = committed_tape(as_xlsx([good_row(1)], sheet="委案明细"))
    line = portfolios.case_lines(tape.lender_id).lines[0]
    assert (line.file_sha256, line.sheet, line.row) == (tape.sha256, "委案明细", 3)


def test_an_older_balance_is_kept_and_counted_but_not_taken(committed_tape: Bring) -> None:
    committed_tape(as_csv([good_row(1), good_row(2)]))
    row = with_cell(owing(1, 900), "首次逾期日", "2024-01-01")
    older = committed_tape(
        as_csv([with_cell(row, "逾期天数", "30")]), defaults={"balance_as_of": "2025-01-31"},
        portfolio_name="Older",
    )  # fmt: skip
    assert (older.counts["cases_updated"], older.counts["cases_older"]) == (0, 1)
    assert history() == [
        (date(2025, 6, 30), 101_200, 10_100, True),
        (date(2025, 1, 31), 91_100, None, False),
    ]
    case = db.session.scalars(db.select(Case).where(Case.lender_case_no == "C000001")).one()
    assert (case.balance_minor, case.balance_as_of) == (101_200, date(2025, 6, 30))


def test_one_file_on_two_tapes_leaves_its_balances_once(checked: Bring, clara: User) -> None:
    content = as_csv([good_row(1), good_row(2)])
    tapes = [checked(content), checked(content)]
    for tape in tapes:
        with as_user(clara):
            portfolios.request_commit(tape.id, by=clara, now=tape.uploaded_at)
        portfolios.commit_tape(tape.id, now=tape.uploaded_at)
    assert rows_of("cases") == 2
    assert rows_of("case_balances") == 2


def test_another_lender_and_an_agency_see_none(
    committed_tape: Bring, bea: User, amy: User
) -> None:
    committed_tape(as_csv([good_row(1)]))
    with as_user(bea):
        assert rows_of("case_balances") == 0
    with as_user(amy), refused_by_database("permission denied"):
        rows_of("case_balances")


def test_a_lender_cannot_write_history(committed_tape: Bring, clara: User) -> None:
    committed_tape(as_csv([good_row(1)]))
    with as_user(clara):
        for change in (
            "UPDATE case_balances SET balance_minor = 1",
            "DELETE FROM case_balances",
        ):
            with refused_by_database("permission denied"):
                db.session.execute(text(change))


def test_the_case_page_shows_every_balance(
    app: Flask, committed_tape: Bring, clara: User, amy: User
) -> None:
    tape = committed_tape(as_xlsx([good_row(1)], sheet="委案明细"))
    code = db.session.scalars(db.select(Case.code)).one()
    listed, digest = f"list {tape.code}", tape.sha256[:8]
    page = client_of(app, clara).get(f"/lender/cases/{code}").text
    assert listed in page
    assert "委案明细, row 3" in page
    assert digest in page
    assert AS_OF not in client_of(app, amy).get(f"/agency/queue/{code}").text


def test_a_case_that_came_without_a_list_keeps_what_it_has(
    committed_tape: Bring, clara: User
) -> None:
    """It was known, and newer, before the first list of it came."""
    factories.portfolio(clara, 1)
    older = committed_tape(as_csv([good_row(1)]))
    assert older.counts["cases_older"] == 1
    assert history() == [(date(2025, 6, 30), 101_200, None, False)]
