"""The job that turns the valid rows of a tape into a portfolio, debtors and cases."""

from collections.abc import Mapping
from datetime import datetime

from marketplace import audit
from marketplace.core import jobs
from marketplace.core.errors import Refusal
from marketplace.core.installation import files
from marketplace.core.words import _
from marketplace.portfolios.checking import failing, locked, pieces_of
from marketplace.portfolios.fixing import forget_fixes
from marketplace.portfolios.loading import Loader
from marketplace.portfolios.models import Tape, TapeStatus

DELETE_FILE = "delete file"


def commit_tape(tape_id: int, *, now: datetime) -> None:
    """Write everything or nothing. Does nothing unless the tape waits for it."""
    tape = locked(tape_id, TapeStatus.COMMITTING)
    if tape is None:
        return
    with failing(tape):
        with Loader(tape, now) as loader:
            for piece in pieces_of(tape):
                loader.take(piece.cases)
            done = loader.finish()
        if loader.taken != tape.counts["rows_valid"]:
            raise Refusal(
                _("The file is judged otherwise now than when it was checked."),
                next_step=_("Confirm the mapping once more."),
            )
        keep_commit(tape, done, now=now)


def keep_commit(tape: Tape, done: Mapping[str, int], *, now: datetime) -> None:
    """The rows are cases now: keep the counts, and let go of the file."""
    tape.status, tape.progress, tape.committed_at = TapeStatus.COMMITTED, 100, now
    tape.counts = tape.counts | dict(done)
    # The file names people whom somebody may want forgotten: only its hash stays.
    jobs.enqueue(DELETE_FILE, key=tape.file_key)
    tape.file_key = ""
    forget_fixes(tape)
    audit.record(
        "tape.committed", tape, by=None, now=now, parties=[tape.lender_id],
        portfolio_id=tape.portfolio_id, balance_minor=tape.counts["balance_minor"], **done,
    )  # fmt: skip


def delete_file(key: str, *, now: datetime) -> None:
    """A job: take a stored file away. Safe to repeat."""
    files().delete(key)
