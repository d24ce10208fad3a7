"""Correcting cells and leaving rows out, while a tape waits to be imported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from marketplace import audit
from marketplace.accounts import User
from marketplace.core import jobs
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal, StaleForm
from marketplace.core.installation import vault
from marketplace.core.words import _
from marketplace.portfolios.assembling import Sheet, Skipped
from marketplace.portfolios.mapping import mapping_from_json, mask_cell, target_of
from marketplace.portfolios.models import Tape, TapeFix, TapeIssue, TapeStatus
from marketplace.portfolios.vocabulary import PERSONAL

MOST_AT_ONCE = 10_000
LONGEST = 500

BEYOND_REPAIR = frozenset(("id_destroyed", "extra_cells"))
"""What nobody can type back: the lender's system has to export it again."""


@dataclass(frozen=True)
class Cell:
    """A cell as a person finds it in the file."""

    sheet: str
    row: int
    column: str


@dataclass(frozen=True, eq=False)
class Fixes:
    """Cells with their new text, and rows that are left out."""

    cells: pl.DataFrame
    rows: pl.DataFrame


def correct(
    tape_id: int,
    values: Mapping[int, str],
    version: int,
    *,
    reason: str,
    by: User,
    now: datetime,
) -> int:
    """Give the cells of these issues new values, and have the tape checked again."""
    tape = _waiting(tape_id, version, by)
    issues = _issues(tape, list(values))
    fixes = []
    for issue in issues:
        text = values[issue.id].strip()
        if issue.kind in BEYOND_REPAIR or not issue.column:
            raise Refusal(
                _("Row %(row)s cannot be corrected here: what was lost is not in the file.",
                  row=issue.row),
                next_step=_("Export the list again, the column as text, or leave the row out."),
            )  # fmt: skip
        if len(text) > LONGEST:
            raise Refusal(
                _("The value for row %(row)s is too long.", row=issue.row),
                next_step=_("Write at most %(n)s characters.", n=LONGEST),
            )
        fixes.append((Cell(issue.sheet, issue.row, issue.column), text))
    _keep(tape, fixes, reason, by, now)
    _check_again(tape, "tape.corrected", len(fixes), reason, by, now)
    return len(fixes)


def correct_all(
    tape_id: int,
    kind: str,
    column: str,
    value: str,
    version: int,
    *,
    reason: str,
    by: User,
    now: datetime,
) -> int:
    """Give every cell with this issue in this column the same value."""
    ids = _ids(tape_id, kind, column, by)
    return correct(tape_id, dict.fromkeys(ids, value), version, reason=reason, by=by, now=now)


def leave_out(
    tape_id: int,
    issue_ids: Sequence[int],
    version: int,
    *,
    reason: str,
    by: User,
    now: datetime,
) -> int:
    """Leave the rows of these issues out of the import, and have the tape checked again."""
    tape = _waiting(tape_id, version, by)
    rows = {(issue.sheet, issue.row) for issue in _issues(tape, issue_ids)}
    _keep(tape, [(Cell(*row, ""), None) for row in sorted(rows)], reason, by, now)
    _check_again(tape, "tape.rows_left_out", len(rows), reason, by, now)
    return len(rows)


def leave_all_out(
    tape_id: int, kind: str, column: str, version: int, *, reason: str, by: User, now: datetime
) -> int:
    """Leave out every row with this issue in this column."""
    ids = _ids(tape_id, kind, column, by)
    return leave_out(tape_id, ids, version, reason=reason, by=by, now=now)


def undo_fixes(tape_id: int, version: int, *, by: User, now: datetime) -> None:
    """Take back everything that was corrected or left out."""
    tape = _waiting(tape_id, version, by)
    gone = db.session.execute(delete(TapeFix).where(TapeFix.tape_id == tape.id))
    count = int(gone.rowcount)  # type: ignore[attr-defined]
    _check_again(tape, "tape.fixes_undone", count, "", by, now)


def fixes_of(tape: Tape) -> list[TapeFix]:
    return list(
        db.session.scalars(
            select(TapeFix).where(TapeFix.tape_id == tape.id).order_by(TapeFix.id)
        )
    )


def read_fixes(tape: Tape) -> Fixes:
    """All that was decided, with the values opened."""
    cells, rows = [], []
    for fix in fixes_of(tape):
        if fix.sealed is None:
            rows.append((fix.sheet, fix.row))
        else:
            text = vault().open(fix.sealed, place=_place(tape)).decode()
            cells.append((fix.sheet, fix.row, fix.column, text))
    where = {"sheet": pl.String, "row": pl.Int64}
    return Fixes(
        pl.DataFrame(cells, {**where, "column": pl.String, "text": pl.String}, orient="row"),
        pl.DataFrame(rows, where, orient="row"),
    )


def apply_fixes(sheet: Sheet, fixes: Fixes) -> None:
    """Put the corrections in the place of what the file says, and drop what is left out."""
    heading = {title: key for key, title in sheet.names.items()}
    by_key: dict[str, list[tuple[str, int, str]]] = {}
    for name, row, column, text in fixes.cells.iter_rows():
        key = heading.get(column)
        if name == sheet.name and key is not None:
            by_key.setdefault(key, []).append((name, row, text))
    for key, cells in by_key.items():
        new = pl.DataFrame(cells, ["sheet", "row", "new"], orient="row")
        joined = sheet.frame.join(new, on=["sheet", "row"], how="left", maintain_order="left")
        value = pl.coalesce(pl.col("new"), pl.col(key)).alias(key)
        sheet.frame = joined.with_columns(value).drop("new")
    if fixes.rows.height:
        out = sheet.frame.join(fixes.rows, on=["sheet", "row"], how="semi")
        sheet.skipped += [
            Skipped(name, row, "left_out") for name, row in out.select("sheet", "row").rows()
        ]
        sheet.frame = sheet.frame.join(
            fixes.rows, on=["sheet", "row"], how="anti", maintain_order="left"
        )


def forget_fixes(tape: Tape) -> None:
    """Once the rows are cases, the values typed in are not needed any more."""
    db.session.execute(
        TapeFix.__table__.update()  # type: ignore[attr-defined]
        .where(TapeFix.tape_id == tape.id, TapeFix.sealed.is_not(None))
        .values(sealed=b"")
    )


def _waiting(tape_id: int, version: int, by: User) -> Tape:
    tape = db.session.get(Tape, tape_id, with_for_update=True, populate_existing=True)
    if tape is None or tape.lender_id != by.organisation_id:
        raise NotFound
    if tape.version != version:
        raise StaleForm(
            _("This tape was changed after you opened the page."),
            next_step=_("Reload the page and look again."),
        )
    if tape.status is not TapeStatus.CHECKED:
        raise Refusal(
            _("Only a tape that has been checked and not yet imported can be corrected."),
            next_step=_("Wait for the check to end, or upload a newer list."),
        )
    return tape


def _issues(tape: Tape, ids: Sequence[int]) -> list[TapeIssue]:
    if not ids:
        raise Refusal(
            _("Nothing was chosen."),
            next_step=_("Tick rows, or type the values they should have."),
        )
    if len(ids) > MOST_AT_ONCE:
        raise Refusal(
            _("At most %(n)s cells can be corrected at once.", n=MOST_AT_ONCE),
            next_step=_("Correct the file instead, and upload it again."),
        )
    found = db.session.scalars(
        select(TapeIssue)
        .where(TapeIssue.tape_id == tape.id, TapeIssue.id.in_(ids))
        .order_by(TapeIssue.id)
    ).all()
    if len(found) != len(set(ids)):
        raise NotFound
    return list(found)


def _ids(tape_id: int, kind: str, column: str, by: User) -> list[int]:
    return list(
        db.session.scalars(
            select(TapeIssue.id)
            .where(
                TapeIssue.tape_id == tape_id,
                TapeIssue.lender_id == by.organisation_id,
                TapeIssue.kind == kind,
                TapeIssue.column == column,
            )
            .order_by(TapeIssue.id)
            .limit(MOST_AT_ONCE + 1)
        )
    )


def _keep(
    tape: Tape,
    fixes: Sequence[tuple[Cell, str | None]],
    reason: str,
    by: User,
    now: datetime,
) -> None:
    if not reason.strip():
        raise Refusal(
            _("A correction needs a reason."),
            next_step=_("Say where the right value comes from, or why the row is left out."),
        )
    mapping = mapping_from_json(tape.mapping)
    rows = []
    for cell, text in fixes:
        target = target_of(mapping, cell.sheet, cell.column) if cell.column else None
        field = target.field if target else ""
        sealed = None if text is None else vault().seal(text.encode(), place=_place(tape))
        shown = mask_cell(field if field in PERSONAL else "dpd", text or "")
        rows.append(
            {
                "lender_id": tape.lender_id, "tape_id": tape.id, "sheet": cell.sheet,
                "row": cell.row, "column": cell.column, "sealed": sealed,
                "value_masked": shown, "reason": reason.strip(), "made_by_id": by.id,
                "made_at": now,
            }
        )  # fmt: skip
    statement = insert(TapeFix)
    changed = ("sealed", "value_masked", "reason", "made_by_id", "made_at")
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["tape_id", "sheet", "row", "column"],
            set_={name: statement.excluded[name] for name in changed},
        ),
        rows,
    )


def _check_again(
    tape: Tape, action: str, count: int, reason: str, by: User, now: datetime
) -> None:
    tape.status, tape.failure, tape.progress = TapeStatus.CHECKING, None, 0
    # What a second person agreed to were other totals.
    tape.difference_confirmed_by_id = None
    audit.record(action, tape, by=by, now=now, count=count, reason=reason)
    jobs.enqueue("check tape", tape_id=tape.id)


def _place(tape: Tape) -> str:
    return f"tape-fix:{tape.id}"
