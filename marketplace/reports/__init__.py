"""Reports: one module a report, read-only, over whatever lies below."""

from marketplace.reports.flows import (
    Flow,
    FlowDay,
    LenderFlows,
    Standing,
    flow_days,
    flows_of,
    late_flows,
)
from marketplace.reports.readiness import (
    Gap,
    Point,
    Readiness,
    readiness_of,
    readiness_pdf,
)
from marketplace.reports.strats import strats_workbook

__all__ = [
    "Flow",
    "FlowDay",
    "Gap",
    "LenderFlows",
    "Point",
    "Readiness",
    "Standing",
    "flow_days",
    "flows_of",
    "late_flows",
    "readiness_of",
    "readiness_pdf",
    "strats_workbook",
]
