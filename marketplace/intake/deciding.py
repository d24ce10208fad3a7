"""What a person proposes of groups that stopped: match, split, resolve, reverse.

A proposal holds whole groups until a second person agrees or refuses. It is never deleted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select, text

from marketplace import audit
from marketplace.accounts import User
from marketplace.core.bulk import insert_many
from marketplace.core.db import among, db, queue_up
from marketplace.core.errors import NotFound, Refusal, StaleForm
from marketplace.core.money import in_figures
from marketplace.core.words import Code, _
from marketplace.intake.bringing import require_open
from marketplace.intake.carrying import record
from marketplace.intake.models import (
    Decision,
    DecisionKind,
    DecisionLine,
    GroupRow,
    Line,
    Member,
    Portion,
    ReasonCode,
    Run,
    Source,
)
from marketplace.intake.standing import CURRENT, HOLDING
from marketplace.portfolios import Case

# Composed of this project's own constants only.
_STATES = f"WITH {CURRENT} SELECT id, state FROM standing WHERE id = ANY(:ids)"  # noqa: S608
_HELD_BY = f"""
SELECT l.line_id FROM (
  SELECT y.line_id, y.line_id AS id FROM intake_decision_lines y
   WHERE y.decision_id = :decision) l
 WHERE EXISTS (SELECT 1 FROM ({HOLDING}) h WHERE h.id = :decision)
"""  # noqa: S608

_LOOK_AGAIN = _("Go back, look at the new state, and do it again if it still fits.")


@dataclass(frozen=True)
class Share:
    """What a split gives to one case, by its code."""

    case_code: str
    amount_minor: int


@dataclass(frozen=True)
class _Chosen:
    """Open groups, all of their lines, and the month of the first of them."""

    month: date
    lines: Sequence[Line]

    @property
    def ids(self) -> list[int]:
        return [line.id for line in self.lines]


def propose_match(codes: Sequence[str], reason: str, *, by: User, now: datetime) -> Decision:
    """Say that groups belong together. What each source says of them must add up.

    They may be of different months: a posting of the last day meets its bank entry in the next.
    """
    chosen = _open_groups(codes, by)
    totals: dict[Source, int] = {}
    for line in chosen.lines:
        totals[line.source] = totals.get(line.source, 0) + line.amount_minor
    if len(totals) < 2:
        raise Refusal(
            _("A match needs lines of two sources: ledger, bank or claims."),
            next_step=_("Choose its partner, or resolve the group with a reason."),
        )
    if len(set(totals.values())) > 1:
        currency = chosen.lines[0].currency
        figures = [
            _("%(source)s %(amount)s", source=Code(f"source_{one.value}"),
              amount=in_figures(total, currency))
            for one, total in totals.items()
        ]  # fmt: skip
        raise Refusal(
            _("The chosen lines do not add up: %(figures)s.", figures=_joined(figures)),
            next_step=_("Choose other lines, or resolve the difference with a reason code."),
        )
    made = _propose(DecisionKind.MATCH, chosen, reason, by, now)
    record(made, by=by, now=now)
    return made


def propose_split(
    code: str, line_id: int, shares: Sequence[Share], reason: str, *, by: User, now: datetime
) -> Decision:
    """Divide one line among cases of the lender; the amounts add up to it exactly."""
    chosen = _open_groups([code], by)
    line = next((one for one in chosen.lines if one.id == line_id), None)
    if line is None:
        raise NotFound
    cases = _cases_of_shares(shares, line, by)
    made = _propose(DecisionKind.SPLIT, chosen, reason, by, now, line_id=line.id)
    insert_many(
        Portion,
        [
            {
                "decision_id": made.id,
                "case_id": cases[share.case_code].id,
                "lender_id": made.lender_id,
                "amount_minor": share.amount_minor,
            }
            for share in shares
        ],
    )
    if line.source is Source.LEDGER:
        record(made, by=by, now=now)
    return made


def resolve(
    codes: Sequence[str], reason_code: ReasonCode, reason: str, *, by: User, now: datetime
) -> Decision:
    """Close a group that does not match, alone or with others, for a reason with a code.

    Cash that bank and ledger both show stands, unless the reason says that it was none.
    """
    chosen = _open_groups(codes, by)
    if len({line.month_start for line in chosen.lines}) > 1:
        raise Refusal(
            _("The chosen lines are of different months."),
            next_step=_("Match them if they add up; else resolve each in its own month."),
        )
    made = _propose(DecisionKind.RESOLVE, chosen, reason, by, now, reason_code=reason_code)
    record(made, by=by, now=now)
    return made


def reverse(
    decision_code: str, reason: str, *, group_code: str = "", by: User, now: datetime
) -> Decision:
    """Propose to undo a decision in force, so that its lines are free again.

    Of an approval of what matched automatically, one group is freed: the one that is named.
    """
    queue_up("intake", by.organisation_id)
    wrong = _owned_decision(decision_code, by)
    require_open(wrong.month_start)
    wanted = _members_of([_owned_group(group_code, by).id]) if group_code else None
    if wrong.kind is DecisionKind.AUTOMATIC and wanted is None:
        raise Refusal(
            _("Say which group of the automatic matches is wrong."),
            next_step=_("Open the group and reverse it there."),
        )
    held = _held_by(wrong)
    freed = [one for one in held if wanted is None or one in wanted]
    if not wrong.agreed or wrong.kind is DecisionKind.REVERSE or not freed:
        raise StaleForm(
            _("%(code)s is not in force, so there is nothing to reverse.", code=wrong.code),
            next_step=_LOOK_AGAIN,
        )
    _refuse_double_reversal(wrong, freed)
    lines = db.session.scalars(select(Line).where(among(Line.id, freed))).all()
    chosen = _Chosen(wrong.month_start, lines)
    return _propose(DecisionKind.REVERSE, chosen, reason, by, now, reverses_id=wrong.id)


def _propose(
    kind: DecisionKind, chosen: _Chosen, reason: str, by: User, now: datetime, **more: Any
) -> Decision:
    if not reason.strip():
        raise Refusal(
            _("Say why."), next_step=_("Write the reason for the person who checks it.")
        )
    made = Decision(
        lender_id=by.organisation_id,
        month_start=chosen.month,
        kind=kind,
        reason=reason.strip()[:500],
        made_by_id=by.id,
        made_at=now,
        **more,
    )
    db.session.add(made)
    db.session.flush()
    insert_many(
        DecisionLine,
        [
            {"decision_id": made.id, "line_id": line.id, "lender_id": made.lender_id}
            for line in chosen.lines
        ],
    )
    audit.record(
        "decision.proposed", made, by=by, now=now, kind=kind.value, lines=len(chosen.lines),
        reason_code=made.reason_code.value if made.reason_code else "",
    )  # fmt: skip
    return made


def _open_groups(codes: Sequence[str], by: User) -> _Chosen:
    """Whole groups that are still open, in the lender's turn."""
    queue_up("intake", by.organisation_id)
    groups = [_owned_group(code, by) for code in dict.fromkeys(codes)]
    months = {
        row.id: row.month_start
        for row in db.session.execute(
            select(Run.id, Run.month_start).where(
                Run.id.in_({group.run_id for group in groups})
            )
        )
    }
    states: dict[int, str] = {}
    for month in sorted(set(months.values())):
        require_open(month)
        rows = db.session.execute(
            text(_STATES),
            {
                "lender": by.organisation_id, "month": month,
                "ids": [one.id for one in groups if months[one.run_id] == month],
            },
        )  # fmt: skip
        states |= {row.id: row.state for row in rows}
    for group in groups:
        if states.get(group.id) != "open":
            raise StaleForm(
                _("The group %(code)s changed meanwhile: it is no longer open.",
                  code=group.code),
                next_step=_LOOK_AGAIN,
            )  # fmt: skip
    ids = _members_of([group.id for group in groups])
    lines = db.session.scalars(select(Line).where(among(Line.id, list(ids))).order_by(Line.id))
    return _Chosen(months[groups[0].run_id], lines.all())


def _owned_group(code: str, by: User) -> GroupRow:
    found = db.session.scalar(
        select(GroupRow).where(GroupRow.code == code, GroupRow.lender_id == by.organisation_id)
    )
    if found is None:
        raise NotFound
    return found


def _owned_decision(code: str, by: User) -> Decision:
    found = db.session.scalar(
        select(Decision)
        .where(Decision.code == code, Decision.lender_id == by.organisation_id)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound
    return found


def _members_of(group_ids: Sequence[int]) -> set[int]:
    return set(
        db.session.scalars(select(Member.line_id).where(among(Member.group_id, group_ids)))
    )


def _held_by(decision: Decision) -> list[int]:
    rows: list[Row[Any]] = list(
        db.session.execute(
            text(_HELD_BY),
            {"decision": decision.id},
        )
    )
    return [row.line_id for row in rows]


def _refuse_double_reversal(wrong: Decision, freed: Sequence[int]) -> None:
    waiting = db.session.scalar(
        select(Decision.code)
        .join(DecisionLine, DecisionLine.decision_id == Decision.id)
        .where(
            Decision.reverses_id == wrong.id,
            Decision.agreed.is_(None),
            among(DecisionLine.line_id, freed),
        )
        .limit(1)
    )
    if waiting is not None:
        raise StaleForm(
            _("The reversal %(code)s waits for a second person already.", code=waiting),
            next_step=_LOOK_AGAIN,
        )


def _cases_of_shares(shares: Sequence[Share], line: Line, by: User) -> dict[str, Case]:
    currency = line.currency
    if not shares or len({share.case_code for share in shares}) != len(shares):
        raise Refusal(
            _("A split names one case or more, each once."),
            next_step=_("Name each case with its amount."),
        )
    cases = {
        case.code: case
        for case in db.session.scalars(
            select(Case).where(
                Case.lender_id == by.organisation_id,
                Case.code.in_([share.case_code for share in shares]),
            )
        )
    }
    for share in shares:
        case = cases.get(share.case_code)
        if case is None:
            raise Refusal(
                _("There is no case %(number)s.", number=share.case_code),
                next_step=_("Name cases of your own by their code, such as CS-7K3M2P4."),
            )
        if case.currency != currency:
            raise Refusal(
                _("The case %(code)s is kept in %(kept)s, the line in %(given)s.",
                  code=case.code, kept=case.currency, given=currency),
                next_step=_("Choose cases in the currency of the line."),
            )  # fmt: skip
        if share.amount_minor * line.amount_minor <= 0:
            raise Refusal(
                _("The amount of %(code)s must have the sign of the line, and not be zero.",
                  code=case.code),
                next_step=_("Correct the amount."),
            )  # fmt: skip
    total = sum(share.amount_minor for share in shares)
    if total != line.amount_minor:
        raise Refusal(
            _("The amounts come to %(total)s, the line to %(line)s.",
              total=in_figures(total, currency), line=in_figures(line.amount_minor, currency)),
            next_step=_("Correct the amounts: they add up to the line exactly."),
        )  # fmt: skip
    return cases


def _joined(figures: Sequence[object]) -> str:
    return ", ".join(map(str, figures))
