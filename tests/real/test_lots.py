"""The main job on a real lot of purchased cases, through the command an operator would use.

The data lies beside the project, never in it; where it is absent the test is skipped and says
so.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from psycopg.conninfo import conninfo_to_dict

from marketplace.core import provision
from marketplace.core.provision import Database
from tests.conftest import ROOT, drop_database

LOTS = ROOT.parent / "shared" / "data" / "npl_lots.parquet"
COLUMNS = {
    "case_id": "case id",
    "balance": "balance",
    "principal": "principal",
    "interest": "interest",
    "fees": "fees",
    "loan_amount": "loan amount",
    "product": "product",
    "dpd": "dpd",
    "region": "region",
}
KEYS = {
    "rows", "value", "band", "bids", "shares", "certificate_verified", "cases_placed",
    "cash_minor", "commission_minor", "ledger_balanced", "audit_verified",
}  # fmt: skip

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not LOTS.exists(), reason=f"{LOTS} is not there"),
]


@pytest.fixture
def own_home(settings, database):
    """A database of this test's own, beside the others."""
    name = f"{database.name}_real"
    own = Database(database.bootstrap, name, database.passwords)
    drop_database(own)
    yield settings.home, provision.Database(database.bootstrap, name, database.passwords)
    drop_database(own)


def test_the_story_runs_on_a_real_lot(own_home, tmp_path):
    home, database = own_home
    tape = tmp_path / "lot.csv"
    lot = pl.read_parquet(LOTS).filter(pl.col("lot") == 7)
    lot.select([pl.col(name).alias(header) for name, header in COLUMNS.items()]).write_csv(tape)
    environment = {
        **os.environ,
        "RECOUP_HOME": str(home),
        "DATABASE_URL": _address(database),
    }
    done = subprocess.run(
        [str(Path(sys.executable).parent / "flask"), "--app", "wsgi", "story", "--tape",
         str(tape), "--json"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr[-2000:]
    lines = done.stdout.splitlines()
    assert len(lines) == 1
    outcome = json.loads(lines[0])
    assert set(outcome) == KEYS
    assert outcome["rows"] == lot.height
    assert outcome["band"][0] < outcome["value"] < outcome["band"][1]
    assert outcome["cases_placed"] > 0.9 * lot.height
    assert sum(outcome["shares"].values()) == outcome["cases_placed"]


def _address(database: Database) -> str:
    parts = conninfo_to_dict(database.bootstrap)
    login = f"{parts['user']}:{parts['password']}"
    host = str(parts["host"])
    if host.startswith("/"):
        return f"postgresql://{login}@/{database.name}?host={host}"
    return f"postgresql://{login}@{host}:{parts['port']}/{database.name}"
