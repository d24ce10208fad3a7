"""Inviting many people at once from a CSV file: all of them, or none and every fault."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime

from marketplace.accounts.inviting import Invited, invitation_fault, write_invitation
from marketplace.accounts.models import User
from marketplace.accounts.permissions import ROLES_OF, Role
from marketplace.core.errors import Refusal
from marketplace.core.words import Words, _

COLUMNS = ("email", "name", "role")
PEOPLE = 500
_BYTES = 256 << 10


@dataclass(frozen=True)
class RowFault:
    """What is wrong with one line of the file, counted as a spreadsheet counts."""

    line: int
    email: str
    reason: object


class FileRefused(Refusal):
    """Nobody was invited. `faults` names every line that must be put right."""

    def __init__(self, faults: list[RowFault]) -> None:
        super().__init__(
            _("Nobody was invited: the file has faults."),
            next_step=_("Put the lines below right and upload the file again."),
        )
        self.faults = faults


def invite_many(content: bytes, *, by: User, now: datetime) -> list[Invited]:
    """Invite everybody in a file with the columns email, name and role."""
    rows = _read(content)
    faults: list[RowFault] = []
    seen: dict[str, int] = {}
    people: list[tuple[str, str, Role]] = []
    for line, (email, name, role) in rows:
        fault = _fault(email, name, role, seen, by=by, now=now)
        seen.setdefault(email.lower(), line)
        if fault is None:
            people.append((email, name, Role(role)))
        else:
            faults.append(RowFault(line, email, fault))
    if faults:
        raise FileRefused(faults)
    return [
        write_invitation(by.organisation, email, name, role, by=by, now=now)
        for email, name, role in people
    ]


def _fault(
    email: str, name: str, role: str, seen: dict[str, int], *, by: User, now: datetime
) -> object | None:
    roles = {known.value for known in ROLES_OF[by.organisation.kind]}
    if role not in roles:
        return _("The role must be one of: %(roles)s.", roles=", ".join(sorted(roles)))
    if first := seen.get(email.lower()):
        return _("The address is in line %(line)s already.", line=first)
    fault = invitation_fault(email, name, Role(role), by=by, now=now)
    return fault.reason if fault else None


def _read(content: bytes) -> list[tuple[int, tuple[str, str, str]]]:
    if len(content) > _BYTES:
        raise _unreadable(_("The file is larger than %(n)s KB.", n=_BYTES >> 10))
    reader = csv.DictReader(io.StringIO(_decoded(content), newline=""), strict=True)
    try:
        header = [(column or "").strip().lower() for column in reader.fieldnames or ()]
        reader.fieldnames = header
        if missing := [column for column in COLUMNS if column not in header]:
            raise _unreadable(
                _("The file lacks the column: %(columns)s.", columns=", ".join(missing))
            )
        rows = [
            (reader.line_num, _cells(row))
            for row in reader
            if any(value.strip() for value in row.values() if isinstance(value, str))
        ]
    except csv.Error as error:
        raise _unreadable(_("The file is not a CSV file.")) from error
    if not rows:
        raise _unreadable(_("The file names nobody."))
    if len(rows) > PEOPLE:
        raise _unreadable(_("A file may name %(n)s people at most.", n=PEOPLE))
    return rows


def _cells(row: dict[str, str | None]) -> tuple[str, str, str]:
    email, name, role = ((row.get(column) or "").strip() for column in COLUMNS)
    return email, name, role.lower()


def _decoded(content: bytes) -> str:
    """UTF-8 with or without a mark, or what Chinese spreadsheets save."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable(_("The file's letters cannot be read."))


def _unreadable(reason: Words) -> Refusal:
    return Refusal(
        reason,
        next_step=_("Save the sheet as CSV (UTF-8) with the columns email, name and role."),
    )
