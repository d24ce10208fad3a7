"""What a person corrects or leaves out counts, for every reason given, and until the import."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from marketplace import portfolios
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.core.errors import NotFound, StaleForm
from marketplace.portfolios import Case, Tape, TapeFix, TapeIssue, TapeStatus
from tests.conftest import NOON, as_user
from tests.portfolios.conftest import drain
from tests.portfolios.tapes import as_csv, good_row, with_cell
from tests.refusing import refused, refused_by_database

Bring = Callable[..., Tape]
WHY = "as the contract says"


@pytest.fixture
def tape(checked: Bring) -> Tape:
    """Two good rows, one without a name, two whose principal is no amount."""
    rows = [good_row(n) for n in range(1, 6)]
    rows[1] = with_cell(rows[1], "客户姓名", "")
    for n in (3, 4):
        rows[n] = with_cell(rows[n], "剩余本金(元)", "about 900")
    made = checked(as_csv(rows))
    assert figures(made) == (5, 2, 3, 0)
    return made


def figures(tape: Tape) -> tuple[int, int, int, int]:
    db.session.refresh(tape)
    counts = tape.counts
    kept = len([row for row in counts["skipped"] if row[2] == "left_out"])
    return counts["rows_total"], counts["rows_valid"], counts["rows_rejected"], kept


def issue(tape: Tape, row: int, kind: str) -> int:
    found = db.session.scalars(
        db.select(TapeIssue.id).where(
            TapeIssue.tape_id == tape.id, TapeIssue.row == row, TapeIssue.kind == kind
        )
    )
    return found.one()


def test_a_corrected_cell_makes_its_row_valid(tape: Tape, clara: User) -> None:
    wrong = issue(tape, 3, "missing_name")
    with as_user(clara):
        n = portfolios.correct(
            tape.id, {wrong: " 李小红 "}, tape.version, reason=WHY, by=clara, now=NOON
        )
    assert (n, tape.status) == (1, TapeStatus.CHECKING)
    drain()
    assert figures(tape) == (5, 3, 2, 0)
    (fix,) = portfolios.fixes_of(tape)
    assert (fix.row, fix.column, fix.value_masked, fix.reason) == (3, "客户姓名", "李**", WHY)
    assert "李小红".encode() not in (fix.sealed or b"")


def test_one_value_for_every_cell_of_a_kind(tape: Tape, clara: User) -> None:
    where = ("bad_amount", "剩余本金(元)")
    with as_user(clara):
        n = portfolios.correct_all(
            tape.id, *where, "900", tape.version, reason=WHY, by=clara, now=NOON
        )
    drain()
    assert n == 2
    assert figures(tape)[:3] == (5, 4, 1)
    assert tape.counts["control_principal_minor"] == 90_000 * 2 + 100_100 + 100_200 + 100_300


def test_rows_left_out_are_neither_valid_nor_rejected(tape: Tape, clara: User) -> None:
    with as_user(clara):
        n = portfolios.leave_all_out(
            tape.id, "bad_amount", "剩余本金(元)", tape.version, reason=WHY, by=clara, now=NOON
        )
    drain()
    assert (n, figures(tape)) == (2, (3, 2, 1, 2))
    with as_user(clara):
        portfolios.undo_fixes(tape.id, tape.version, by=clara, now=NOON)
    drain()
    assert figures(tape) == (5, 2, 3, 0)
    assert portfolios.fixes_of(tape) == []


def test_a_later_decision_replaces_an_earlier_one(tape: Tape, clara: User) -> None:
    for value in ("nine", "900"):
        wrong = issue(tape, 5, "bad_amount")
        with as_user(clara):
            portfolios.correct(
                tape.id, {wrong: value}, tape.version, reason=WHY, by=clara, now=NOON
            )
        drain()
    assert [fix.value_masked for fix in portfolios.fixes_of(tape)] == ["900"]
    assert figures(tape)[:3] == (5, 3, 2)


def test_corrections_are_imported_and_their_values_forgotten(tape: Tape, clara: User) -> None:
    wrong = issue(tape, 3, "missing_name")
    with as_user(clara):
        portfolios.correct(
            tape.id, {wrong: "李小红"}, tape.version, reason=WHY, by=clara, now=NOON
        )
    drain()
    with as_user(clara):
        portfolios.request_commit(tape.id, by=clara, now=NOON)
    drain()
    db.session.refresh(tape)
    assert tape.status is TapeStatus.COMMITTED, tape.failure
    assert db.session.scalar(db.select(db.func.count(Case.id))) == 3
    (fix,) = portfolios.fixes_of(tape)
    assert (fix.sealed, fix.value_masked) == (b"", "李**")


def test_a_destroyed_number_is_never_typed_back(checked: Bring, clara: User) -> None:
    made = checked(as_csv([good_row(1), with_cell(good_row(2), "身份证号码", "1.10105E+17")]))
    wrong = issue(made, 3, "id_destroyed")
    with as_user(clara), refused("cannot be corrected here"):
        portfolios.correct(
            made.id, {wrong: good_row(2)[2]}, made.version, reason=WHY, by=clara, now=NOON
        )
    with as_user(clara):
        portfolios.leave_out(made.id, [wrong], made.version, reason=WHY, by=clara, now=NOON)
    drain()
    assert figures(made) == (1, 1, 0, 1)


def test_what_cannot_be_kept_is_refused(tape: Tape, clara: User, bea: User) -> None:
    wrong = issue(tape, 3, "missing_name")
    given: dict[str, Any] = {"by": clara, "now": NOON}
    with refused("needs a reason"):
        portfolios.correct(tape.id, {wrong: "李"}, tape.version, reason=" ", **given)
    with refused("Nothing was chosen"):
        portfolios.correct(tape.id, {}, tape.version, reason=WHY, **given)
    with refused("too long"):
        portfolios.correct(tape.id, {wrong: "x" * 501}, tape.version, reason=WHY, **given)
    with pytest.raises(StaleForm):
        portfolios.leave_out(tape.id, [wrong], tape.version - 1, reason=WHY, **given)
    with pytest.raises(NotFound):
        portfolios.leave_out(tape.id, [wrong + 10**6], tape.version, reason=WHY, **given)
    with pytest.raises(NotFound):
        portfolios.leave_out(tape.id, [wrong], tape.version, reason=WHY, by=bea, now=NOON)
    assert portfolios.fixes_of(tape) == []


def test_the_database_asks_for_a_reason_and_a_value(tape: Tape, clara: User) -> None:
    given = {
        "lender_id": tape.lender_id, "tape_id": tape.id, "sheet": "", "row": 2,
        "value_masked": "", "made_by_id": clara.id, "made_at": NOON,
    }  # fmt: skip
    with refused_by_database("says_why"):
        db.session.add(TapeFix(**given, column="", sealed=None, reason=""))
        db.session.flush()
    with refused_by_database("a_cell_or_a_row"):
        db.session.add(TapeFix(**given, column="备注", sealed=None, reason=WHY))
        db.session.flush()


def test_the_list_comes_back_with_its_defects(tape: Tape, clara: User) -> None:
    with as_user(clara):
        content = portfolios.annotated_workbook(tape, by=clara, now=NOON)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    head, *rows = book.get_sheet_by_index(0).to_python()
    assert head[2:4] == ["案件编号", "客户姓名"]
    assert [row[0] for row in rows] == [2, 3, 4, 5, 6]
    assert [bool(row[1]) for row in rows] == [False, True, False, True, True]
    # Eighteen digits stay eighteen digits.
    assert rows[0][head.index("身份证号码")] == good_row(1)[2]
    again = portfolios.read_layout("back.xlsx", content)
    assert again.tables[0].frame.height == 5


def test_an_imported_list_is_not_kept(committed_tape: Bring, clara: User) -> None:
    made = committed_tape(as_csv([good_row(1)]))
    with refused("not kept once it has been imported"):
        portfolios.annotated_workbook(made, by=clara, now=NOON)
