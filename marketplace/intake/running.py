"""The job that matches a month's free lines and keeps every group, set by set."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select, text

from marketplace import audit
from marketplace.accounts import User
from marketplace.core import progress
from marketplace.core.bulk import insert_rows
from marketplace.core.db import db, queue_up
from marketplace.core.told import Told
from marketplace.core.words import Words
from marketplace.intake.assembling import Assembled, assemble
from marketplace.intake.models import Batch, Decision, DecisionKind, Run
from marketplace.intake.posting import record_postings
from marketplace.reconciliation import Group, reconcile

STEPS = 4


def match_month(batch_id: int, *, now: datetime) -> None:
    """Match what is free in the month of a batch; twice is the same as once."""
    batch = db.session.get_one(Batch, batch_id)
    queue_up("intake", batch.lender_id)
    if db.session.scalar(select(Run.id).where(Run.batch_id == batch_id)) is not None:
        return
    assembled = assemble(batch.lender_id, batch.month_start)
    progress.say(batch, 1, STEPS, now=now)
    groups = reconcile(assembled.month).groups
    progress.say(batch, 2, STEPS, now=now)
    run = Run(
        lender_id=batch.lender_id,
        batch_id=batch.id,
        month_start=batch.month_start,
        currency=assembled.currency,
        lines=len(assembled.rows),
        groups=len(groups),
        automatic=sum(group.automatic for group in groups),
        not_posted=_record(assembled, groups, now),
        made_at=now,
    )
    progress.say(batch, 3, STEPS, now=now)
    db.session.add(run)
    db.session.flush()
    _keep(run, assembled, groups)
    _propose(run, now)
    audit.record(
        "month.matched", run, by=None, now=now, parties=[run.lender_id],
        groups=run.groups, automatic=run.automatic,
    )  # fmt: skip
    progress.say(batch, STEPS, STEPS, now=now)


def _record(assembled: Assembled, groups: Sequence[Group], now: datetime) -> dict[str, Told]:
    """Record the postings of automatic groups in the name of whoever brought them."""
    sure = {line for group in groups if group.automatic for line in group.ledger}
    batches = {assembled.rows[line].batch_id for line in sure}
    rows = db.session.execute(
        select(Batch.id, Batch.brought_by_id).where(Batch.id.in_(batches))
    )
    makers = {row.id: row.brought_by_id for row in rows}
    problems: dict[str, Words] = {}
    for maker_id in sorted(set(makers.values())):
        lines = [
            line
            for line in assembled.month.ledger
            if line.id in sure and makers[assembled.rows[line.id].batch_id] == maker_id
        ]
        maker = db.session.get_one(User, maker_id)
        problems |= record_postings(assembled, lines, by=maker, now=now)
    return {place: Told((words,)) for place, words in problems.items()}


def _keep(run: Run, assembled: Assembled, groups: Sequence[Group]) -> None:
    numbered = list(zip(_reserve(len(groups)), groups, strict=True))
    lender_id = run.lender_id
    insert_rows(
        "intake_groups",
        ("id", "lender_id", "run_id", "kind", "automatic", "reasons"),
        (
            (n, lender_id, run.id, one.kind.value, one.automatic, list(one.reasons))
            for n, one in numbered
        ),
    )
    insert_rows(
        "intake_figures",
        ("group_id", "lender_id", "currency", "amount_minor", "cases", "partners",
         "commissionable"),
        (
            (n, lender_id, run.currency, one.amount_minor, list(one.cases),
             [int(line) for line in one.partners], _as_json(one.commissionable_minor))
            for n, one in numbered
        ),
    )  # fmt: skip
    insert_rows(
        "intake_members",
        ("group_id", "line_id", "lender_id", "agency_id"),
        (
            (n, int(line), lender_id, assembled.rows[line].agency_id)
            for n, one in numbered
            for line in (*one.ledger, *one.bank, *one.claims)
        ),
    )


def _as_json(amounts: dict[str, int]) -> str:
    pairs = ", ".join(f'"{name}": {amount}' for name, amount in amounts.items())
    return f"{{{pairs}}}"


def _reserve(count: int) -> list[int]:
    """As many keys of groups, in their order."""
    query = text(
        "SELECT nextval(pg_get_serial_sequence('intake_groups', 'id'))"
        " FROM generate_series(1, :count)"
    )
    return sorted(db.session.scalars(query, {"count": count}))


def _propose(run: Run, now: datetime) -> None:
    """Lay everything that matched without doubt before a second person of the lender.

    But for groups of which a posting could not be recorded: an approval would settle them with
    no payment. They stay open for a person.
    """
    maker_id = db.session.scalar(
        select(Batch.brought_by_id)
        .where(
            Batch.lender_id == run.lender_id,
            Batch.month_start == run.month_start,
            Batch.agency_id.is_(None),
        )
        .order_by(Batch.id.desc())
        .limit(1)
    )
    if maker_id is None or not run.automatic:
        return
    decision = Decision(
        lender_id=run.lender_id,
        month_start=run.month_start,
        kind=DecisionKind.AUTOMATIC,
        run_id=run.id,
        reason="",
        made_by_id=maker_id,
        made_at=now,
    )
    db.session.add(decision)
    db.session.flush()
    db.session.execute(
        text(
            "INSERT INTO intake_decision_lines (decision_id, line_id, lender_id)"
            " SELECT :decision, m.line_id, m.lender_id FROM intake_members m"
            " JOIN intake_groups g ON g.id = m.group_id"
            " WHERE g.run_id = :run AND g.automatic AND g.id <> ALL(:stuck)"
        ),
        {"decision": decision.id, "run": run.id, "stuck": _stuck(run)},
    )


def _stuck(run: Run) -> list[int]:
    """Groups with a posting that could not be recorded: asked for apart, as few are."""
    if not run.not_posted:
        return []
    found = db.session.scalars(
        text(
            "SELECT DISTINCT m.group_id FROM intake_groups g"
            " JOIN intake_members m ON m.group_id = g.id"
            " JOIN intake_lines l ON l.id = m.line_id"
            " WHERE g.run_id = :run AND l.place = ANY(:places)"
        ),
        {"run": run.id, "places": list(run.not_posted)},
    )
    return list(found)


def latest_run_id(lender_id: int, month: date) -> int | None:
    return db.session.scalar(
        select(func.max(Run.id)).where(Run.lender_id == lender_id, Run.month_start == month)
    )
