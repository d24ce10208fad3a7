"""How well values hold: forward in time, lot by lot, beside what a spreadsheet would say.

``python -m pricing.evaluate DATA`` prints it for a Parquet or CSV file of cases with their
outcomes, `cash_12m`, and a column `lot`.
"""

from pricing.evaluate._chain import GLM, OURS, TABLE, forward_chain
from pricing.evaluate._data import read_data
from pricing.evaluate._proper import crps, pit
from pricing.evaluate._report import ColdStart, Report, Score

__all__ = [
    "GLM", "OURS", "TABLE", "ColdStart", "Report", "Score", "crps", "forward_chain", "pit",
    "read_data",
]  # fmt: skip
