"""What people decided of a month: groups that no rule could have found."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from marketplace.core.errors import Refusal
from marketplace.core.words import Words, _
from marketplace.reconciliation.groups import Group
from marketplace.reconciliation.month import Month


@dataclass(frozen=True)
class Decided:
    """Lines that a person put together."""

    ledger: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    bank: tuple[str, ...] = ()
    of: str = ""
    """The posting that a reversal undoes, that a claim repeats or that earns another agency."""

    @property
    def lines(self) -> tuple[str, ...]:
        return (*self.ledger, *self.claims, *self.bank)


def read_decided(path: Path) -> tuple[Decided, ...]:
    """Groups in the words that `reconcile` prints: `{"groups": [{"ledger", "claims", …}]}`."""
    try:
        groups = json.loads(path.read_text("utf-8-sig"))["groups"]
        return tuple(
            Decided(
                ledger=_ids(group.get("ledger", [])),
                claims=_ids(group.get("claims", [])),
                bank=_ids(group.get("bank", [])),
                of=group.get("of") or "",
            )
            for group in groups
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refusal(
            _("%(file)s does not say what was decided.", file=path.name),
            next_step=_('It is an object with a list "groups", each with lists of line ids.'),
        ) from error


def _ids(said: list[str]) -> tuple[str, ...]:
    if not all(isinstance(one, str) for one in said):
        raise TypeError
    return tuple(said)


def require_open(decided: Sequence[Decided], month: Month, groups: Iterable[Group]) -> None:
    """Each line is of the month, decided once, of one lender, and matched by no rule."""
    sides: list[dict[str, str]] = [
        {line.id: line.lender for line in lines}
        for lines in (month.ledger, month.claims, month.bank)
    ]
    settled = {line for one in groups if one.automatic for line in one.lines}
    seen = Counter(line for one in decided for line in one.lines)
    for one in decided:
        lenders = set()
        for known, ids in zip(sides, (one.ledger, one.claims, one.bank), strict=True):
            _refuse_any(ids, lambda line: line not in known, _("There is no such line."))  # noqa: B023
            lenders |= {known[line] for line in ids}
        _refuse_any(one.lines, lambda _line: len(lenders) > 1, _("It joins two lenders."))  # noqa: B023
        _refuse_any(one.lines, settled.__contains__, _("It was matched by rule."))
        _refuse_any(one.lines, lambda line: seen[line] > 1, _("It is decided twice."))
        if one.of:
            _refuse_any(
                (one.of,), lambda line: line not in sides[0], _("There is no such posting.")
            )


def _refuse_any(lines: Iterable[str], is_wrong: Callable[[str], bool], why: Words) -> None:
    for line in lines:
        if is_wrong(line):
            raise Refusal(
                _("%(line)s cannot be decided. %(why)s", line=line, why=why),
                next_step=_("Correct the file of decisions; nothing was taken from it."),
            )
