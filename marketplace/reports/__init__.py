"""Reports: one module a report, read-only, over whatever lies below."""

from marketplace.reports.readiness import (
    Gap,
    Point,
    Readiness,
    readiness_of,
    readiness_pdf,
)
from marketplace.reports.strats import strats_workbook

__all__ = ["Gap", "Point", "Readiness", "readiness_of", "readiness_pdf", "strats_workbook"]
