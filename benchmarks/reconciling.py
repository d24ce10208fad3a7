"""A month of 27,000 lines reconciled, against a plain join on the exact keys alone."""

import sys
from datetime import date, timedelta
from time import perf_counter

import numpy as np
import pandas as pd
from _bench import peak_megabytes, table

from marketplace.reconciliation import (
    BankLine,
    Calendar,
    Claim,
    LedgerLine,
    Month,
    PlacedCase,
    Window,
    reconcile,
)

PAYMENTS = int(sys.argv[1]) if len(sys.argv) > 1 else 9_000
GUIDE_SECONDS = 20
START = date(2026, 3, 1)


def main() -> None:
    month = _month(np.random.default_rng(1))
    lines = len(month.ledger) + len(month.bank) + len(month.claims)
    started = perf_counter()
    groups = reconcile(month).groups
    ours = perf_counter() - started
    started = perf_counter()
    joined = _exact(month)
    peer = perf_counter() - started
    automatic = sum(bool(group.automatic and group.bank) for group in groups)
    rows = [
        ("what", "seconds", "lines/s", "payments matched"),
        ("reconciled in tiers", f"{ours:.2f}", f"{lines / ours:,.0f}", f"{automatic:,}"),
        ("pandas join on exact keys", f"{peer:.2f}", f"{lines / peer:,.0f}", f"{joined:,}"),
    ]
    table(f"A month of {lines:,} lines", rows)
    print(
        f"  {ours / peer:.1f} times the join; guide {GUIDE_SECONDS} s;"
        f" peak memory {peak_megabytes():,.0f} MB"
    )


def _month(rng: np.random.Generator) -> Month:
    """Two in three entries name the case, the others a fragment or nothing."""
    window = (Window("A", START - timedelta(days=90), START + timedelta(days=90)),)
    numbers = rng.choice(10**9, PAYMENTS * 2 // 3, replace=False)
    cases = [
        PlacedCase(
            f"CA{i:06d}", "L", f"ZX{number:010d}", f"D{i // 2}", 10**7,
            START - timedelta(days=300), window,
        )
        for i, number in enumerate(numbers)
    ]  # fmt: skip
    ledger, bank, claims = [], [], []
    for i in range(PAYMENTS):
        case = cases[int(rng.integers(len(cases)))]
        amount = int(rng.choice([50_000, int(rng.integers(1_000, 500_000))]))
        day = START + timedelta(days=int(rng.integers(30)))
        late = day + timedelta(days=int(rng.integers(2)))
        text = (case.number, case.number[-6:], "转账")[int(rng.integers(3))]
        ledger.append(LedgerLine(f"l:{i}", "L", case.number, day, amount, f"R{i}"))
        bank.append(BankLine(f"b:{i}", "L", late, amount, text))
        claims.append(Claim(f"c:{i}", "A", f"{i}", "L", case.number, late, amount, ""))
    return Month(cases, ledger, bank, claims, {"L": Calendar()})


def _exact(month: Month) -> int:
    ledger = pd.DataFrame(
        [(one.number, one.value_on, one.amount_minor) for one in month.ledger],
        columns=["text", "day", "amount"],
    )
    bank = pd.DataFrame(
        [(one.text, one.value_on, one.amount_minor) for one in month.bank],
        columns=["text", "day", "amount"],
    )
    keys = ["text", "day", "amount"]
    alone = [frame.drop_duplicates(keys, keep=False) for frame in (ledger, bank)]
    return len(alone[0].merge(alone[1], on=keys))


if __name__ == "__main__":
    main()
