"""The job that reads a mapped tape through and lists everything wrong with it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import polars as pl
from sqlalchemy import delete
from sqlalchemy.exc import DataError, IntegrityError

from marketplace import audit
from marketplace.accounts import Organisation
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.installation import files
from marketplace.core.told import Told
from marketplace.core.vault import Unreadable
from marketplace.core.words import _
from marketplace.portfolios.detecting import Layout, read_layout
from marketplace.portfolios.doubling import Book
from marketplace.portfolios.fixing import apply_fixes, read_fixes
from marketplace.portfolios.mapping import mapping_from_json
from marketplace.portfolios.markets import market_of
from marketplace.portfolios.models import Tape, TapeIssue, TapeStatus
from marketplace.portfolios.profiles import read_profile
from marketplace.portfolios.staging import copy_in
from marketplace.portfolios.validating import Checked, Judged, Terms, judged, summed
from marketplace.portfolios.vocabulary import PRODUCTS


def check_tape(tape_id: int, *, now: datetime) -> None:
    """Validate every row, keep every issue, count; once, however often it is run."""
    tape = locked(tape_id, TapeStatus.CHECKING)
    if tape is None:
        return
    with failing(tape):
        book = Book(tape.lender_id)
        checked = summed(book.compare(pieces_of(tape)))
        keep_findings(tape, checked, now=now)
        tape.counts = tape.counts | {"cases_known": book.known}


def keep_findings(tape: Tape, checked: Checked, *, now: datetime) -> None:
    """Keep what was found of a whole tape: it is then checked."""
    _keep_issues(tape, checked)
    tape.counts = checked.counts | {
        "skipped": [[s.sheet, s.row, s.why] for s in checked.skipped]
    }
    tape.status, tape.progress = TapeStatus.CHECKED, 100
    totals = {name: checked.counts[name] for name in _TOTALS}
    audit.record("tape.checked", tape, by=None, now=now, parties=[tape.lender_id], **totals)


_TOTALS = ("rows_total", "rows_valid", "rows_rejected", "rows_warned", "principal_minor")


def locked(tape_id: int, status: TapeStatus) -> Tape | None:
    """The tape, locked, if it still waits in `status`: a job that runs twice works once."""
    tape = db.session.get(Tape, tape_id, with_for_update=True, populate_existing=True)
    if tape is None:
        raise NotFound
    return tape if tape.status is status else None


@contextmanager
def failing(tape: Tape) -> Iterator[None]:
    """Whatever goes wrong inside undoes the block and is said on the tape.

    A lost connection is not caught: the job is then run again.
    """
    try:
        with db.session.begin_nested():
            yield
            db.session.flush()
    except Refusal as refusal:
        _fail(tape, Told.why(refusal))
    except (DataError, IntegrityError, Unreadable, NotFound, pl.exceptions.PolarsError):
        words = _("The file could not be processed; nothing was imported.")
        _fail(tape, Told((words,)))


def failed(tape: Tape) -> bool:
    return tape.status is TapeStatus.FAILED


def _fail(tape: Tape, failure: Told) -> None:
    db.session.refresh(tape)
    tape.status, tape.failure, tape.progress = TapeStatus.FAILED, failure, 0
    db.session.flush()


def pieces_of(tape: Tape, layout: Layout | None = None) -> Iterator[Judged]:
    """The file judged piece by piece; `layout` is the file where it was just read."""
    if layout is None:
        layout = read_layout(tape.filename, files().get(tape.file_key))
    fixes = read_fixes(tape)
    return judged(
        layout,
        mapping_from_json(tape.mapping),
        terms_of(tape),
        lambda sheet: apply_fixes(sheet, fixes),
    )


def terms_of(tape: Tape) -> Terms:
    given: dict[str, Any] = tape.defaults
    return Terms(
        market=market_of_tape(tape, given),
        currency=given["currency"],
        as_of=date.fromisoformat(given["balance_as_of"]),
        product=PRODUCTS[str(given.get("product_type", "other")).lower()].value,
        region=str(given.get("region", ""))[:12].upper(),
        opened_on=_day(given, "open_date"),
        placement_start=_day(given, "placement_start"),
        recall_due=_day(given, "recall_due"),
        anonymous=bool(given.get("anonymous")),
        limit=given.get("rows_limit"),
        profile=read_profile(given.get("profile", {})),
    )


def market_of_tape(tape: Tape, given: Mapping[str, Any]) -> str:
    """Whose rules a tape follows: as was said of it, else those of its lender's country."""
    lender = db.session.get_one(Organisation, tape.lender_id)
    return str(given.get("market") or market_of(lender.jurisdiction))


def _day(given: dict[str, Any], name: str) -> date | None:
    return date.fromisoformat(given[name]) if given.get(name) else None


def _keep_issues(tape: Tape, checked: Checked) -> None:
    db.session.execute(delete(TapeIssue).where(TapeIssue.tape_id == tape.id))
    copy_in(
        "tape_issue_rows",
        'sheet text, row bigint, "column" text, kind text, rejects boolean, value text',
        checked.issues,
        'INSERT INTO tape_issues (lender_id, tape_id, sheet, row, "column", kind, rejects,'
        ' value_masked) SELECT :lender, :tape, sheet, row, "column", kind, rejects, value'
        " FROM tape_issue_rows",
        {"lender": tape.lender_id, "tape": tape.id},
    )
