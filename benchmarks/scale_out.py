"""Splitting a book from Parquet in two processes, beside the same in memory: seconds, memory.

    python benchmarks/scale_out.py [CASESxAGENCIES]

Memory is that of all processes together. The splits must be equal, case by case, and the
first is verified where its cases are, which counts as well.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd
from _bench import table
from _book import drawn, people, terms
from _memory import of_all

import matching

SIZE = "10000000x100"
PIECE = 500_000
WORKERS = 2


def write(folder: Path, cases: int) -> None:
    share = people(np.random.default_rng(1))
    for i, first in enumerate(range(0, cases, PIECE)):
        g = np.random.default_rng([1, i])
        balance, segment = drawn(g, share, min(PIECE, cases - first))
        piece = pd.DataFrame({"balance": balance, "segment": segment})
        piece.to_parquet(folder / f"{i:04d}.parquet", index=False)


def terms_of(size: str) -> dict[str, Any]:
    cases, agencies = (int(float(part)) for part in size.split("x"))
    return terms(np.random.default_rng(2), agencies, cases)


def digest(parts: Iterable[Any]) -> str:
    """Of the agencies of all cases."""
    held = sha256()
    for part in parts:
        held.update(np.asarray(part, dtype=np.int64).tobytes())
    return held.hexdigest()


def in_memory(folder: Path, size: str) -> tuple[float, int, str, float]:
    peak = [0.0]
    with of_all(peak):
        started = perf_counter()
        frame = pd.read_parquet(folder)
        problem = matching.Problem(frame["balance"], frame["segment"], **terms_of(size))
        split = matching.assign(problem)
        seconds = perf_counter() - started
    return seconds, split.value, digest([split.agency]), peak[0]


def in_processes(folder: Path, size: str) -> tuple[list[float], int, str, float]:
    # Development dependencies.
    import dask.dataframe as dd  # noqa: PLC0415
    from distributed import Client, LocalCluster  # noqa: PLC0415

    peak, at = [0.0], []
    with (
        of_all(peak),
        LocalCluster(
            n_workers=WORKERS, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        Client(cluster),
    ):
        at.append(perf_counter())
        frame = dd.read_parquet(folder)
        problem = matching.Problem(frame["balance"], frame["segment"], **terms_of(size))
        at.append(perf_counter())
        split: Any = matching.assign(problem)
        if split.gap:
            raise SystemExit("the split is not proven best")
        at.append(perf_counter())
        agencies = digest(part.compute() for part in split.agency.partitions)
        at.append(perf_counter())
        if not matching.verify(problem, split.certificate):
            raise SystemExit("the certificate does not hold")
        at.append(perf_counter())
    return np.diff(at).tolist(), split.value, agencies, peak[0]


def main() -> None:
    size = sys.argv[1] if len(sys.argv) > 1 else SIZE
    with tempfile.TemporaryDirectory(prefix="recoup-bench-") as name:
        folder = Path(name)
        write(folder, int(float(size.split("x")[0])))
        seconds, value, agencies, peak = in_processes(folder, size)
        # The same in a process of its own, whose memory nothing else has grown.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            alone = pool.submit(in_memory, folder, size).result()
    if (value, agencies) != alone[1:3]:
        raise SystemExit("the two splits differ")
    head = ("where", "read and check", "split", "collect", "verify", "all", "peak MiB")
    far = (*(f"{each:.1f} s" for each in seconds), f"{sum(seconds):.1f} s", f"{peak:,.0f}")
    near = ("", "", "", "", f"{alone[0]:.1f} s", f"{alone[3]:,.0f}")
    title = f"{size} from Parquet: equal splits, value {value}, gap 0"
    table(title, [head, (f"{WORKERS} processes", *far), ("in memory", *near)])


if __name__ == "__main__":
    main()
