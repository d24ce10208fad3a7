"""PDF pages in Chinese and English, from openly licensed fonts that travel with the product."""

from collections.abc import Container, Iterable, Sequence
from typing import cast

from fpdf import FPDF
from fpdf.fonts import FontFace

from marketplace.config import ROOT

_FONTS = ROOT / "static" / "vendor" / "fonts"
_INK = (23, 33, 43)
_SUNK = (239, 236, 228)
_CELL, _REMARK = 7, 6.5
"""Sizes of the small print in tables with remarks, in points; below in millimetres."""
_LINE, _GAP = 3.5, 0.7


class Paper(FPDF):
    """An A4 page in the house's type, with a running foot; a wide one lies on its side."""

    def __init__(self, title: str, *, foot: str, wide: bool = False) -> None:
        super().__init__(format="A4", orientation="landscape" if wide else "portrait")
        self.foot = foot
        self.set_title(title)
        self.set_creator("Recoup")
        self.add_font("inter", "", str(_FONTS / "Inter-Regular.ttf"))
        self.add_font("inter", "B", str(_FONTS / "Inter-SemiBold.ttf"))
        self.add_font("han", "", str(_FONTS / "DroidSansFallbackFull.ttf"))
        self.set_fallback_fonts(["han"], exact_match=False)
        self.set_auto_page_break(True, margin=18)
        self.set_text_color(*_INK)
        self.add_page()
        self.set_font("inter", "B", 16)
        self.multi_cell(0, 9, title, new_x="LMARGIN", new_y="NEXT")

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font("inter", "", 7.5)
        self.cell(0, 6, f"{self.foot}   {self.page_no()}/{{nb}}")

    def head(self, words: str) -> None:
        """The heading of what follows, on one page with its beginning."""
        self.ln(3)
        self.set_font("inter", "B", 11)
        if self.will_page_break(30):
            self.add_page()
        self.cell(0, 7, words, new_x="LMARGIN", new_y="NEXT")

    def say(self, words: str, *, size: float = 9.5) -> None:
        self.set_font("inter", "", size)
        self.multi_cell(0, size * 0.55, words, new_x="LMARGIN", new_y="NEXT")
        self.ln(1)

    def facts(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Two columns: what, and its value."""
        self.ln(2)
        for name, value in pairs:
            self.set_font("inter", "B", 9)
            self.cell(58, 5.6, name)
            self.set_font("inter", "", 9)
            self.multi_cell(0, 5.6, value, new_x="LMARGIN", new_y="NEXT")
        self.ln(2)

    def facts_beside(
        self, pairs: Iterable[tuple[str, str]], sums: Iterable[tuple[str, str]]
    ) -> None:
        """On a wide page: facts to the left, and figures beside them."""
        self.ln(2)
        top = self.y
        for name, value in pairs:
            self.set_font("inter", "B", 8.5)
            self.cell(52, 5, name)
            self.set_font("inter", "", 8.5)
            self.multi_cell(96, 5, value, align="LEFT", new_x="LMARGIN", new_y="NEXT")
        bottom, self.y = self.y, top
        for name, figure in sums:
            self.x = self.l_margin + 160
            self.set_font("inter", "B", 8.5)
            self.cell(76, 5, name)
            self.set_font("inter", "", 8.5)
            self.cell(41, 5, figure, align="RIGHT", new_x="LMARGIN", new_y="NEXT")
        self.y = max(bottom, self.y)

    def grid(
        self,
        headers: Sequence[str],
        rows: Iterable[Sequence[str]],
        *,
        widths: Sequence[int],
        numeric: Sequence[int] = (),
    ) -> None:
        """A table; `numeric` names the columns set to the right."""
        self.set_font("inter", "", 8)
        align = ["RIGHT" if j in numeric else "LEFT" for j in range(len(headers))]
        head = FontFace(emphasis="BOLD", fill_color=_SUNK)
        with self.table(
            col_widths=tuple(widths), text_align=tuple(align), headings_style=head,
            line_height=5, borders_layout="HORIZONTAL_LINES",
        ) as table:  # fmt: skip
            for row in (headers, *rows):
                line = table.row()
                for cell in row:
                    line.cell(cell)

    def pairs(
        self,
        headers: Sequence[str],
        rows: Iterable[tuple[Sequence[str], str]],
        *,
        widths: Sequence[int],
        numeric: Container[int] = (),
    ) -> None:
        """A table of many rows, each with a remark below all cells but the first.

        Drawn cell by cell: thousands of rows take the library's own tables too long.
        """
        columns = [(width, "R" if j in numeric else "L") for j, width in enumerate(widths)]
        self._heads(headers, columns)
        for cells, below in rows:
            lines = self._wrapped(cells, columns)
            self.set_font("inter", "", _REMARK)
            remark = self._fitting(below, sum(widths[1:]))
            height = (max(map(len, lines)) + len(remark)) * _LINE + 2 * _GAP
            if self.y + height > self.page_break_trigger:
                self.add_page()
                self._heads(headers, columns)
            self._rule()
            self.set_font("inter", "", _CELL)
            self._lay(lines, columns)
            self.set_font("inter", "", _REMARK)
            for line in remark:
                self.x = self.l_margin + widths[0]
                self.cell(0, _LINE, line, new_x="LMARGIN", new_y="NEXT")
            self.y += _GAP
        self._rule()

    def _heads(self, headers: Sequence[str], columns: Sequence[tuple[int, str]]) -> None:
        self.set_font("inter", "B", _CELL)
        lines = [self._fitting(header, columns[j][0]) for j, header in enumerate(headers)]
        height = max(map(len, lines)) * _LINE + 2 * _GAP
        self.set_fill_color(*_SUNK)
        self.rect(self.l_margin, self.y, sum(width for width, _to in columns), height, "F")
        self._lay(lines, columns)
        self.y += _GAP

    def _wrapped(
        self, cells: Sequence[str], columns: Sequence[tuple[int, str]]
    ) -> list[list[str]]:
        self.set_font("inter", "", _CELL)
        return [self._fitting(cell, columns[j][0]) for j, cell in enumerate(cells)]

    def _lay(self, cells: Sequence[Sequence[str]], columns: Sequence[tuple[int, str]]) -> None:
        """Cells beside each other, each line of a cell below the one before."""
        left, top = self.l_margin, self.y + _GAP
        for (width, align), lines in zip(columns, cells, strict=True):
            for n, line in enumerate(lines):
                self.set_xy(left, top + n * _LINE)
                self.cell(width, _LINE, line, align=align)
            left += width
        self.set_xy(self.l_margin, top + max(map(len, cells)) * _LINE)

    def _fitting(self, text: str, width: float) -> list[str]:
        """The text's lines, and those that are too long broken."""
        lines: list[str] = []
        for line in text.split("\n"):
            # No sign is wider than the font is high.
            if len(line) * self.font_size < width or self.get_string_width(line) < width - 2:
                lines.append(line)
            else:
                broken = self.multi_cell(
                    width, _LINE, line, align="L", dry_run=True, output="LINES"
                )
                lines += cast("list[str]", broken)
        return lines

    def _rule(self) -> None:
        self.line(self.l_margin, self.y, self.w - self.r_margin, self.y)

    def content(self) -> bytes:
        return bytes(self.output())
