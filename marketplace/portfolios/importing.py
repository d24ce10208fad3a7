"""Bringing a tape in: upload, map, check, agree with the control totals, commit.

Each step is a verb of a person or a job; a job does its work once however often it is run.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from marketplace import audit
from marketplace.accounts import LegalEntity, Organisation, User
from marketplace.core import jobs
from marketplace.core.db import db
from marketplace.core.errors import NotFound, Refusal, StaleForm
from marketplace.core.files import Stored
from marketplace.core.installation import files
from marketplace.core.money import MINOR_DIGITS
from marketplace.core.words import Code, _
from marketplace.portfolios.checking import (
    failed,
    failing,
    keep_findings,
    market_of_tape,
    pieces_of,
)
from marketplace.portfolios.committing import commit_tape, keep_commit
from marketplace.portfolios.detecting import Layout, read_layout
from marketplace.portfolios.loading import Loader
from marketplace.portfolios.mapping import (
    ColumnMapping,
    as_mapping,
    check_mapping,
    headers_sha256,
    mapping_as_json,
    mapping_of,
    save_mapping,
    saved_mapping,
    suggest_for,
)
from marketplace.portfolios.markets import CURRENCY_OF, market_of
from marketplace.portfolios.models import Tape, TapeStatus
from marketplace.portfolios.profiles import read_profile
from marketplace.portfolios.validating import summed
from marketplace.portfolios.vocabulary import PRODUCTS

_OPEN = (TapeStatus.UPLOADED, TapeStatus.CHECKED, TapeStatus.FAILED)
_DAYS = ("balance_as_of", "open_date", "placement_start", "recall_due")
_DEFAULTS = (
    *_DAYS, "currency", "product_type", "region", "anonymous", "rows_limit", "profile",
    "market",
)  # fmt: skip
_NAMING = {"debtor_name", "id_no", "mobile"}


def upload_tape(
    name: str,
    content: bytes,
    *,
    portfolio_name: str,
    entity_id: int,
    by: User,
    now: datetime,
    layout: Layout | None = None,
    stored: Stored | None = None,
) -> Tape:
    """Read the layout, seal the file away, and suggest what each column is.

    A file that arrived in pieces is `stored` already.
    """
    entity = db.session.get(LegalEntity, entity_id)
    if entity is None or entity.organisation_id != by.organisation_id:
        raise NotFound
    if not portfolio_name.strip():
        raise Refusal(
            _("The portfolio needs a name."),
            next_step=_("Name it as you call it in your own books."),
        )
    digest = stored.sha256 if stored else hashlib.sha256(content).hexdigest()
    _refuse_again(digest, by.organisation_id)
    layout = layout or read_layout(name, content)
    lender = db.session.get_one(Organisation, by.organisation_id)
    suggestions = suggest_for(layout, market_of(lender.jurisdiction))
    headers = [header for table in layout.tables for header in table.headers]
    mapping = saved_mapping(by.organisation_id, headers) or as_mapping(suggestions)
    summary = layout.summary() | {"suggestion": [one.as_json() for one in suggestions]}
    tape = Tape(
        lender_id=by.organisation_id,
        entity_id=entity_id,
        portfolio_name=portfolio_name.strip(),
        filename=re.split(r"[/\\]", name)[-1][:200],
        file_key=stored.key if stored else files().put(content),
        sha256=digest,
        size_bytes=len(content),
        layout=summary,
        mapping=mapping_as_json(mapping),
        defaults=_suggested_defaults(layout, by, now),
        expected_rows=_promised(layout, "rows"),
        expected_principal_minor=_promised(layout, "principal_minor"),
        counts={},
        status=TapeStatus.UPLOADED,
        uploaded_by_id=by.id,
        uploaded_at=now,
    )
    db.session.add(tape)
    audit.record(
        "tape.uploaded", tape, by=by, now=now, sha256=digest, size_bytes=len(content),
        rows=sum(table.body.height for table in layout.tables),
    )  # fmt: skip
    return tape


def _promised(layout: Layout, what: str) -> int | None:
    """What the cover sheets promise for all sheets together; None if one does not say."""
    said = [getattr(one, what) for one in layout.declared]
    return sum(said) if said and all(one is not None for one in said) else None


def _refuse_again(digest: str, lender_id: int) -> None:
    earlier = db.session.scalar(
        select(Tape.committed_at).where(
            Tape.sha256 == digest,
            Tape.lender_id == lender_id,
            Tape.status == TapeStatus.COMMITTED,
        )
    )
    if earlier is not None:
        raise Refusal(
            _(
                "This very file was already imported on %(day)s.",
                day=earlier.date().isoformat(),
            ),
            next_step=_("Upload a newer list: known cases are then brought up to date."),
        )


def _suggested_defaults(layout: Layout, by: User, now: datetime) -> dict[str, Any]:
    lender = db.session.get_one(Organisation, by.organisation_id)
    return {
        "balance_as_of": (layout.as_of or now.date()).isoformat(),
        "currency": CURRENCY_OF[market_of(lender.jurisdiction)],
        "product_type": "other",
    }


def confirm_mapping(
    tape_id: int,
    mapping: ColumnMapping,
    defaults: Mapping[str, Any],
    expected_rows: int | None,
    expected_principal_minor: int | None,
    version: int,
    *,
    by: User,
    now: datetime,
) -> Tape:
    """Say what the columns are and what the cover sheet promises; the check follows."""
    tape = _locked(tape_id, by)
    if version != tape.version:
        raise StaleForm(
            _("This tape was changed after you opened the page."),
            next_step=_("Reload the page and look again."),
        )
    if tape.status not in _OPEN:
        raise Refusal(
            _("This tape can no longer be mapped: it is %(status)s.", status=Code(tape.status))
        )
    chosen = dict(tape.defaults) | _checked_defaults(defaults)
    check_mapping(
        mapping,
        tape.layout,
        market=market_of_tape(tape, chosen),
        anonymous=bool(chosen.get("anonymous")),
    )
    headers = [name for table in tape.layout["tables"] for name in table["headers"]]
    save_mapping(tape.lender_id, headers, mapping, now=now)
    tape.mapping, tape.defaults = mapping_as_json(mapping), chosen
    tape.expected_rows = expected_rows
    tape.expected_principal_minor = expected_principal_minor
    tape.difference_confirmed_by_id = None
    tape.status, tape.failure, tape.progress = TapeStatus.CHECKING, None, 0
    audit.record("tape.mapped", tape, by=by, now=now, headers_sha256=headers_sha256(headers))
    jobs.enqueue("check tape", tape_id=tape.id)
    return tape


def confirm_suggested(code: str, *, by: User, now: datetime, limit: int | None = None) -> Tape:
    """Take every suggestion, and a tape that names nobody as anonymous; read `limit` rows."""
    tape = db.session.scalar(
        select(Tape).where(Tape.code == code, Tape.lender_id == by.organisation_id)
    )
    if tape is None:
        raise NotFound
    mapping = mapping_of(tape)
    defaults: dict[str, Any] = {"rows_limit": limit} if limit else {}
    if names_nobody(mapping):
        defaults["anonymous"] = True
    return confirm_mapping(tape.id, mapping, defaults, None, None, tape.version, by=by, now=now)


def names_nobody(mapping: ColumnMapping) -> bool:
    """Whether no column says who a debtor is."""
    return not {target.field for target in mapping.values()} & _NAMING


def _checked_defaults(defaults: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in defaults.items() if value not in (None, "")}
    read_profile(given.get("profile", {}))
    for name, value in given.items():
        wrong = (
            (name not in _DEFAULTS)
            or (name in _DAYS and not _is_day(value))
            or (name == "currency" and value not in MINOR_DIGITS)
            or (name == "market" and value not in CURRENCY_OF)
            or (name == "product_type" and str(value).lower() not in PRODUCTS)
        )
        if wrong:
            raise Refusal(
                _("%(value)s cannot be used as %(name)s.", value=value, name=Code(name)),
                next_step=_("Dates are written as 2025-06-30, currencies as CNY."),
            )
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in given.items()
    }


def _is_day(value: Any) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True


def differences(tape: Tape) -> dict[str, tuple[int, int]]:
    """Control totals that do not agree: what was expected, and what the file holds."""
    found = {
        "rows": (tape.expected_rows, tape.counts.get("rows_total", 0)),
        "principal": (
            tape.expected_principal_minor,
            tape.counts.get("control_principal_minor", 0),
        ),
    }
    return {
        name: (expected, actual)
        for name, (expected, actual) in found.items()
        if expected is not None and expected != actual
    }


def confirm_difference(tape_id: int, *, by: User, now: datetime) -> Tape:
    """A second person accepts that the file is not what its cover sheet says."""
    tape = _locked(tape_id, by)
    if tape.status is not TapeStatus.CHECKED or not differences(tape):
        raise Refusal(_("There is no difference to confirm."))
    if by.id == tape.uploaded_by_id:
        raise Refusal(
            _("A difference must be confirmed by somebody else than the uploader."),
            next_step=_("Ask a colleague to look at the two totals and confirm them."),
        )
    tape.difference_confirmed_by_id = by.id
    audit.record("tape.difference_confirmed", tape, by=by, now=now, **_plain(differences(tape)))
    return tape


def _plain(found: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
    return {name: list(pair) for name, pair in found.items()}


def request_commit(tape_id: int, *, by: User, now: datetime) -> Tape:
    """Ask for the valid rows to become cases; the job does it."""
    tape = _begin_commit(tape_id, by)
    audit.record(
        "tape.commit_requested", tape, by=by, now=now, rows_valid=tape.counts["rows_valid"]
    )
    jobs.enqueue("commit tape", tape_id=tape.id)
    return tape


def commit_tape_now(tape_id: int, *, by: User, now: datetime) -> Tape:
    """Commit in the caller's transaction, for the command line."""
    tape = request_commit(tape_id, by=by, now=now)
    commit_tape(tape.id, now=now)
    return tape


def _begin_commit(tape_id: int, by: User) -> Tape:
    tape = _locked(tape_id, by)
    if tape.status is not TapeStatus.CHECKED:
        raise Refusal(
            _("This tape cannot be committed: it is %(status)s.", status=Code(tape.status)),
            next_step=_("Only a checked tape becomes cases."),
        )
    if not tape.counts["rows_valid"]:
        raise Refusal(
            _("No row of this tape can become a case."),
            next_step=_("Look at the list of defects, correct the file and upload it again."),
        )
    if differences(tape) and tape.difference_confirmed_by_id is None:
        raise Refusal(
            _("The file does not agree with the control totals: %(what)s.",
              what=_in_words(differences(tape))),
            next_step=_("Correct the file, or have a second person confirm the difference."),
        )  # fmt: skip
    tape.status, tape.progress = TapeStatus.COMMITTING, 0
    return tape


def _in_words(found: Mapping[str, tuple[int, int]]) -> str:
    return "; ".join(
        f"{Code(name)} {expected} ≠ {actual}" for name, (expected, actual) in found.items()
    )


def _locked(tape_id: int, by: User) -> Tape:
    tape = db.session.get(Tape, tape_id, with_for_update=True, populate_existing=True)
    if tape is None or tape.lender_id != by.organisation_id:
        raise NotFound
    return tape


def import_tape_now(
    name: str,
    content: bytes,
    *,
    portfolio_name: str,
    entity_id: int,
    by: User,
    now: datetime,
    mapping: ColumnMapping | None = None,
    defaults: Mapping[str, Any] | None = None,
    expected_rows: int | None = None,
    expected_principal_minor: int | None = None,
    layout: Layout | None = None,
) -> Tape:
    """Upload, map as suggested (with `mapping` over it), check and commit, in this order.

    Checking and committing are jobs' work: the caller acts as the system.
    """
    layout = layout or read_layout(name, content)
    tape = upload_tape(
        name, content, portfolio_name=portfolio_name, entity_id=entity_id, by=by, now=now,
        layout=layout,
    )  # fmt: skip
    chosen = mapping_of(tape) | dict(mapping or {})
    given = dict(defaults or {})
    given.setdefault("anonymous", names_nobody(chosen))
    confirm_mapping(
        tape.id, chosen, given, expected_rows, expected_principal_minor, tape.version,
        by=by, now=now,
    )  # fmt: skip
    # Nothing changes between these steps: each row is read, judged and written once.
    with db.session.begin_nested():
        done: dict[str, int] = {}
        with failing(tape), Loader(tape, now) as loader:
            pieces = loader.taking(pieces_of(tape, layout))
            keep_findings(tape, summed(pieces), now=now)
            done = loader.finish()
        if failed(tape):
            raise Refusal(tape.failure)
        request_commit(tape.id, by=by, now=now)
        keep_commit(tape, done, now=now)
    return tape
