"""The lender's own list back as a workbook, every defect marked where it stands."""

import io
from collections import defaultdict
from datetime import datetime

import xlsxwriter
from sqlalchemy import select
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from marketplace import audit
from marketplace.accounts import User
from marketplace.core.db import db
from marketplace.core.errors import Refusal
from marketplace.core.exports import inert
from marketplace.core.installation import files
from marketplace.core.words import Code, _
from marketplace.portfolios.detecting import read_layout
from marketplace.portfolios.models import Tape, TapeIssue
from marketplace.portfolios.tables import Table

MOST_WHOLE = 50_000
"""Rows up to which the whole list comes back; of longer ones the rows with defects."""

Marks = dict[tuple[str, int], list[TapeIssue]]


def annotated_workbook(tape: Tape, *, by: User, now: datetime) -> bytes:
    """The list as it was uploaded, defects coloured and named; every cell stays text."""
    if not tape.file_key:
        raise Refusal(
            _("The file is not kept once it has been imported."),
            next_step=_("Your own copy has the same rows; the issues are listed on the page."),
        )
    layout = read_layout(tape.filename, files().get(tape.file_key))
    marks: Marks = defaultdict(list)
    for issue in db.session.scalars(
        select(TapeIssue).where(TapeIssue.tape_id == tape.id).order_by(TapeIssue.id)
    ):
        marks[issue.sheet, issue.row].append(issue)
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    whole = sum(table.body.height for table in layout.tables) <= MOST_WHOLE
    for number, table in enumerate(layout.tables, 1):
        _sheet(book, table, marks, f"{table.sheet[:26] or 'Sheet'} {number}", whole=whole)
    book.close()
    audit.record("tape.annotated", tape, by=by, now=now, sha256=tape.sha256)
    return stream.getvalue()


def _sheet(book: Workbook, table: Table, marks: Marks, name: str, *, whole: bool) -> None:
    # A sheet's name must not have these, whatever the lender called it.
    page = book.add_worksheet("".join(c for c in name if c not in "[]:*?/\\'"))
    bold = book.add_format({"bold": True})
    bad = book.add_format({"bg_color": "#F8D7DA"})
    warned = book.add_format({"bg_color": "#FFF3CD"})
    page.freeze_panes(1, 2)
    heads = [str(_("Row")), str(_("Issues")), *table.headers]
    for at, head in enumerate(heads):
        page.write_string(0, at, inert(head), bold)
    page.set_column(1, 1, 48)
    line = 0
    records = (one for piece in table.body.pieces() for one in piece.iter_rows(named=True))
    for record in records:
        found = marks.get((table.sheet, record["row"]), [])
        if not found and not whole:
            continue
        line += 1
        page.write_number(line, 0, record["row"])
        page.write_string(line, 1, "; ".join(_said(issue) for issue in found))
        colours = _colours(found, bad, warned)
        for at, head in enumerate(table.headers):
            text, colour = record[str(at)] or "", colours.get(head)
            if text or colour is not None:
                page.write_string(line, at + 2, inert(text), colour)


def _said(issue: TapeIssue) -> str:
    what = str(Code(issue.kind))
    return f"{issue.column}: {what}" if issue.column else what


def _colours(found: list[TapeIssue], bad: Format, warned: Format) -> dict[str, Format]:
    ordered = sorted(found, key=lambda issue: issue.rejects)
    return {issue.column: bad if issue.rejects else warned for issue in ordered}
