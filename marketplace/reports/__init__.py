"""Reports: one module a report, read-only, over whatever lies below."""

from marketplace.reports.readiness import (
    Gap,
    Point,
    Readiness,
    readiness_of,
    readiness_pdf,
)

__all__ = ["Gap", "Point", "Readiness", "readiness_of", "readiness_pdf"]
