"""PDF pages in Chinese and English, from openly licensed fonts that travel with the product."""

from collections.abc import Iterable, Sequence

from fpdf import FPDF
from fpdf.enums import CellBordersLayout
from fpdf.fonts import FontFace

from marketplace.config import ROOT

_FONTS = ROOT / "static" / "vendor" / "fonts"
_INK = (23, 33, 43)
_SUNK = (239, 236, 228)


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
        numeric: Sequence[int] = (),
    ) -> None:
        """A table whose rows each have a remark below all cells but the first."""
        self.set_font("inter", "", 7)
        align = ["RIGHT" if j in numeric else "LEFT" for j in range(len(headers))]
        head = FontFace(emphasis="BOLD", fill_color=_SUNK)
        remark = FontFace(size_pt=6.5)
        above = CellBordersLayout.TOP
        with self.table(
            col_widths=tuple(widths), text_align=tuple(align), headings_style=head,
            line_height=3.6, borders_layout="NONE", v_align="TOP", padding=(0.6, 0.8),
        ) as table:  # fmt: skip
            line = table.row()
            for cell in headers:
                line.cell(cell)
            for cells, below in rows:
                line = table.row()
                for j, cell in enumerate(cells):
                    # A pair is never parted: its first cell reaches over both rows.
                    line.cell(cell, border=above, rowspan=1 if j else 2)
                table.row().cell(below, colspan=len(cells) - 1, align="LEFT", style=remark)

    def content(self) -> bytes:
        return bytes(self.output())
