"""Reports: one module a report, read-only. The first come with the scorecards."""
