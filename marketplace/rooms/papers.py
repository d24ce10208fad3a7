"""The masked tape: a line for each case, saying no more of it than of its whole class."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from marketplace.core.exports import Cell, Sheet, workbook
from marketplace.core.money import in_units
from marketplace.core.words import Code, _
from marketplace.releases import MIXED, ReleaseClass
from marketplace.rooms.models import RoomView

MOST_LINES = 1_000_000
"""Lines that a sheet can hold."""

_WORDS = (
    _("Class"), _("Region"), _("Age"), _("Score"), _("Product"), _("Balance band"),
)  # fmt: skip
_SUMS = (
    _("Debtors"), _("Cases"), _("Balance"), _("Principal"), _("Days past due, weighted"),
    _("As of"),
)  # fmt: skip
_MEANS = (_("Balance, mean of the class"), _("Days past due, weighted"))


def tape_workbook(
    classes: Sequence[ReleaseClass], view: RoomView, *, currency: str, who: str, now: datetime
) -> bytes:
    """Strata and masked tape as XLSX, the code of the view on every line."""
    facts = [
        (str(_("For")), who),
        (str(_("View")), view.code),
        (str(_("Made")), now.isoformat(timespec="seconds")),
        (str(_("Cases")), str(sum(one.cases for one in classes))),
        (str(_("Use")), str(_("Under the signed agreement only. The view names its reader."))),
    ]
    strata = Sheet(
        str(_("Strata")), _headers(*_WORDS, *_SUMS), _strata(classes, view, currency)
    )
    tape = Sheet(
        str(_("Masked tape")), _headers(*_WORDS, *_MEANS), _lines(classes, view, currency)
    )
    return workbook(facts, [strata, tape])


def _headers(*names: object) -> list[str]:
    return [*map(str, names), str(_("View"))]


def _words(one: ReleaseClass) -> list[Cell]:
    band = str(Code(one.band)) if one.band == MIXED["band"] else one.band
    codes = (one.region, one.age, one.score, one.product)
    return [one.number + 1, *(str(Code(code)) for code in codes), band]


def _strata(
    classes: Sequence[ReleaseClass], view: RoomView, currency: str
) -> Iterator[list[Cell]]:
    for one in classes:
        owed = [in_units(x, currency) for x in (one.balance_minor, one.principal_minor)]
        yield [*_words(one), one.debtors, one.cases, *owed, one.days, one.as_of.isoformat(),
               view.code]  # fmt: skip


def _lines(
    classes: Sequence[ReleaseClass], view: RoomView, currency: str
) -> Iterator[list[Cell]]:
    left = MOST_LINES
    for one in classes:
        mean = in_units(one.balance_minor // one.cases, currency)
        line = [*_words(one), mean, one.days, view.code]
        for _case in range(min(one.cases, left)):
            yield line
        left -= min(one.cases, left)
