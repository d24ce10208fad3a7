"""Reading the cases and outcomes to evaluate on."""

from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl

from pricing._tape import is_protected


def read_data(path: Path) -> tuple[pd.DataFrame, pd.DataFrame, "pd.Series[Any]"]:
    """Split a file into cases, outcomes and lots; protected attributes are left out."""
    if not path.exists():
        raise ValueError(f"{path} is not there")
    frame = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path)
    if "lot" not in frame.columns:
        raise ValueError(f"{path} must have a column 'lot'")
    data = pd.DataFrame(frame.to_dict(as_series=False))
    cash = [name for name in data.columns if str(name).startswith("cash_")]
    hidden = [name for name in data.columns if is_protected(str(name))]
    return data.drop(columns=[*cash, *hidden, "lot"]), data[cash], data["lot"]
