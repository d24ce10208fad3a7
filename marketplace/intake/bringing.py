"""Bringing files in: read, refused in words or kept whole, and matched by a job."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import LargeBinary, any_, bindparam, insert, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import IntegrityError

from marketplace import audit
from marketplace.accounts import Kind, Organisation, User
from marketplace.core import jobs
from marketplace.core.db import db, queue_up
from marketplace.core.errors import NotFound, Refusal
from marketplace.core.installation import files, vault
from marketplace.core.words import _
from marketplace.intake.models import Batch, BatchFile, FileKind, Line, Source
from marketplace.intake.profiles import Profile, plain_profile, read_profile
from marketplace.intake.reading import Brought, ReadLine, fragments_of, read_file
from marketplace.placements import Placement
from marketplace.portfolios import Case

JOB = "match month"
SHOWN = 5
"""Lines that a refusal names."""

_BROUGHT_ONCE = {FileKind.LEDGER, FileKind.BANK, FileKind.CLAIMS}


def bring_in(
    brought: Sequence[Brought],
    *,
    month: date,
    profile: bytes | None = None,
    by: User,
    now: datetime,
) -> Batch:
    """Keep a lender's files for a month, all or none; a job matches what is free."""
    claims = [_with_agency(file, by.organisation_id) for file in brought]
    return _bring(claims, by.organisation_id, month, profile, by, now)


def bring_claims(
    name: str,
    content: bytes,
    *,
    lender_id: int,
    month: date,
    profile: bytes | None = None,
    by: User,
    now: datetime,
) -> Batch:
    """Keep what an agency says it collected for a lender."""
    if lender_id not in {one.id for one in lenders_of(by.organisation_id)}:
        raise NotFound
    own = db.session.get_one(Organisation, by.organisation_id)
    file = Brought(FileKind.CLAIMS, name, content, own.short_code, own.id)
    return _bring([file], lender_id, month, profile, by, now)


def lenders_of(agency_id: int) -> list[Organisation]:
    """Lenders that ever placed cases with an agency."""
    query = (
        select(Organisation)
        .where(
            Organisation.id.in_(
                select(Placement.lender_id).where(
                    Placement.agency_id == agency_id, Placement.answered_at.is_not(None)
                )
            )
        )
        .order_by(Organisation.name)
    )
    return list(db.session.scalars(query))


def agencies_of(lender_id: int) -> list[Organisation]:
    """Agencies that a lender ever placed cases with."""
    query = (
        select(Organisation)
        .where(
            Organisation.id.in_(
                select(Placement.agency_id).where(
                    Placement.lender_id == lender_id, Placement.answered_at.is_not(None)
                )
            )
        )
        .order_by(Organisation.name)
    )
    return list(db.session.scalars(query))


def is_closed(month: date) -> bool:
    return bool(
        db.session.execute(
            text("SELECT app.month_is_closed(:month)"), {"month": month.replace(day=1)}
        ).scalar_one()
    )


def require_open(month: date) -> None:
    """Refuse to touch a month whose books are closed."""
    if is_closed(month):
        raise Refusal(
            _("%(month)s is closed in the books.", month=f"{month:%Y-%m}"),
            next_step=_("Bring corrections into the open month."),
        )


def _bring(
    brought: Sequence[Brought],
    lender_id: int,
    month: date,
    profile: bytes | None,
    by: User,
    now: datetime,
) -> Batch:
    month = month.replace(day=1)
    _require_sound(brought, month, now)
    lender = db.session.get_one(Organisation, lender_id)
    acting_agency = by.organisation_id if by.organisation_id != lender_id else None
    known = _profile(lender, acting_agency, profile)
    _refuse_again(brought, lender_id)
    read = [(file, read_file(file, lender.short_code, known)) for file in brought]
    lines = [line for _file, found in read for line in found]
    _refuse_known(lines, lender_id)
    refuse_foreign_currency(lines, lender_id, known)
    # What somebody else is bringing at this moment is waited for.
    queue_up("bring in", lender_id)
    refuse_second_currency(month, lender_id, known)
    batch = Batch(
        lender_id=lender_id,
        agency_id=acting_agency,
        month_start=month,
        profile=known.as_json(),
        brought_by_id=by.id,
        brought_at=now,
    )
    keep_batch(batch, read, known.currency, by=by, now=now)
    return batch


def keep_batch(
    batch: Batch,
    read: Sequence[tuple[Brought, list[ReadLine]]],
    currency: str,
    *,
    by: User,
    now: datetime,
) -> None:
    """Keep files and their lines, and have what is free matched."""
    db.session.add(batch)
    db.session.flush()
    try:
        with db.session.begin_nested():
            _keep(batch, read, currency)
    except IntegrityError as taken:
        # Somebody brought the same in this moment, or it lies where the asker cannot look.
        raise Refusal(
            _("One of these files, or a line of them, was brought in already."),
            next_step=_("Look at the month: it may be there."),
        ) from taken
    audit.record(
        "month.brought_in", batch, by=by, now=now, parties=[batch.lender_id],
        files=[file.kind.value for file, _lines in read],
        lines=sum(len(lines) for _file, lines in read), month=f"{batch.month_start:%Y-%m}",
    )  # fmt: skip
    jobs.enqueue(JOB, batch_id=batch.id)


def _require_sound(brought: Sequence[Brought], month: date, now: datetime) -> None:
    require_open(month)
    if not any(file.kind in _BROUGHT_ONCE for file in brought):
        raise Refusal(
            _("No file was chosen."),
            next_step=_("Choose a ledger, a bank statement, or claims."),
        )
    if month > now.date():
        raise Refusal(
            _("%(month)s has not begun.", month=f"{month:%Y-%m}"),
            next_step=_("Choose the month the files are of."),
        )


def _with_agency(file: Brought, lender_id: int) -> Brought:
    if file.kind is not FileKind.CLAIMS:
        return file
    known = {one.short_code: one for one in agencies_of(lender_id)}
    agency = known.get(file.agency)
    if agency is None or agency.kind is not Kind.AGENCY:
        raise Refusal(
            _("%(file)s: say whose claims these are.", file=file.name),
            next_step=_("Choose one of the agencies you placed cases with."),
        )
    return Brought(file.kind, file.name, file.content, agency.short_code, agency.id)


def _profile(lender: Organisation, agency_id: int | None, given: bytes | None) -> Profile:
    """How the files are to be read; an agency claims in the currency it was placed in."""
    query = select(Placement.currency).where(Placement.lender_id == lender.id)
    if agency_id is not None:
        query = query.where(Placement.agency_id == agency_id)
    currency = db.session.scalar(query.order_by(Placement.id.desc()).limit(1)) or "CNY"
    kept = plain_profile(latest_profile(lender.id, agency_id), currency=currency)
    known = read_profile(given, lender=lender.short_code, kept=kept) if given else kept
    if agency_id is None:
        return known
    return Profile({**known.lender, "currency": currency}, known.agencies)


def latest_profile(lender_id: int, agency_id: int | None) -> dict[str, object] | None:
    return db.session.scalar(
        select(Batch.profile)
        .where(Batch.lender_id == lender_id, Batch.agency_id.is_not_distinct_from(agency_id))
        .order_by(Batch.id.desc())
        .limit(1)
    )


def _refuse_again(brought: Sequence[Brought], lender_id: int) -> None:
    """No file twice: neither one that is here, nor two alike of these."""
    digests: dict[str, str] = {}
    for file in brought:
        digest = hashlib.sha256(file.content).hexdigest()
        if digest in digests:
            raise Refusal(
                _("%(one)s and %(other)s are the same file.", one=digests[digest],
                  other=file.name),
                next_step=_("Choose each file once."),
            )  # fmt: skip
        digests[digest] = file.name
    earlier = db.session.execute(
        select(BatchFile.sha256, Batch.brought_at)
        .join(Batch, Batch.id == BatchFile.batch_id)
        .where(
            BatchFile.lender_id == lender_id,
            BatchFile.sha256.in_(digests),
            BatchFile.kind.in_(_BROUGHT_ONCE),
        )
        .limit(1)
    ).first()
    if earlier is not None:
        raise Refusal(
            _("%(file)s was brought in already on %(day)s.", file=digests[earlier.sha256],
              day=f"{earlier.brought_at:%Y-%m-%d}"),
            next_step=_("Bring only what is new."),
        )  # fmt: skip


def _refuse_known(lines: Sequence[ReadLine], lender_id: int) -> None:
    by_key = {line.dedupe_key: line for line in lines}
    keys = bindparam("keys", list(by_key), ARRAY(LargeBinary))
    found = db.session.execute(
        select(Line.dedupe_key, Line.place)
        .where(Line.lender_id == lender_id, Line.dedupe_key == any_(keys))
        .order_by(Line.id)
    ).all()
    if found:
        pairs = [f"{by_key[row.dedupe_key].place} = {row.place}" for row in found[:SHOWN]]
        raise Refusal(
            _(
                "%(n)s lines are known already: %(pairs)s.",
                n=len(found),
                pairs=", ".join(pairs),
            ),
            next_step=_("Take them out and bring only what is new; nothing was kept."),
        )


def refuse_foreign_currency(
    lines: Sequence[ReadLine], lender_id: int, profile: Profile
) -> None:
    """A posting in one currency cannot pay a case that is kept in another."""
    by_number = {line.number: line for line in lines if line.source is Source.LEDGER}
    other = db.session.execute(
        select(Case.lender_case_no, Case.currency)
        .where(
            Case.lender_id == lender_id,
            Case.lender_case_no.in_(by_number),
            Case.currency != profile.currency,
        )
        .limit(1)
    ).first()
    if other is not None:
        raise Refusal(
            _("%(place)s: the case is kept in %(kept)s, the ledger in %(given)s.",
              place=by_number[other.lender_case_no].place, kept=other.currency,
              given=profile.currency),
            next_step=_("Take it out: a month is kept in one currency."),
        )  # fmt: skip


def refuse_second_currency(month: date, lender_id: int, profile: Profile) -> None:
    other = db.session.scalar(
        select(Line.currency)
        .where(
            Line.lender_id == lender_id,
            Line.month_start == month,
            Line.currency != profile.currency,
        )
        .limit(1)
    )
    if other is not None:
        raise Refusal(
            _("%(month)s is kept in %(kept)s, these files are in %(given)s.",
              month=f"{month:%Y-%m}", kept=other, given=profile.currency),
            next_step=_("Take it out: a month is kept in one currency."),
        )  # fmt: skip


def _keep(batch: Batch, read: Sequence[tuple[Brought, list[ReadLine]]], currency: str) -> None:
    for file, lines in read:
        db.session.add(
            BatchFile(
                lender_id=batch.lender_id,
                agency_id=file.agency_id,
                batch_id=batch.id,
                month_start=batch.month_start,
                kind=file.kind,
                filename=file.name[:200],
                sha256=hashlib.sha256(file.content).hexdigest(),
                file_key=files().put(file.content),
                lines=len(lines),
            )
        )
    db.session.flush()
    keys = vault()
    rows = [
        {
            "lender_id": batch.lender_id,
            "agency_id": line.agency_id,
            "batch_id": batch.id,
            "month_start": batch.month_start,
            "source": line.source,
            "place": line.place,
            "number": line.number,
            "claim_id": line.claim_id,
            "value_on": line.value_on,
            "amount_minor": line.amount_minor,
            "currency": currency,
            "reference": line.reference,
            "reverses": line.reverses,
            "method": line.method,
            "parts": line.parts,
            "fragments": fragments_of(line.text),
            "text_sealed": keys.seal(line.text.encode(), place=sealed_place(line.dedupe_key))
            if line.text
            else None,
            "dedupe_key": line.dedupe_key,
        }
        for _file, lines in read
        for line in lines
    ]
    if rows:
        db.session.execute(insert(Line), rows)


def sealed_place(dedupe_key: bytes) -> str:
    """What a sealed text is bound to."""
    return f"intake line:{dedupe_key.hex()}"
