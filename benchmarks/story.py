"""The whole main job on 20,000 cases: seconds a step, and the share of each."""

import sys
from datetime import UTC, datetime

from _bench import own_database, peak_megabytes, table

from marketplace import demo

CASES = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000


def main() -> None:
    now = datetime.now(UTC)
    with own_database():
        demo.build_world(20_000, now=now, say=lambda words: None)
        plot = demo.Story(None, CASES, None, now, lambda words: None)
        outcome = demo.tell(plot)
    if not outcome.holds:
        raise SystemExit("an invariant failed")
    whole = sum(plot.seconds.values())
    rows = [(name, f"{took:.2f}", f"{took / whole:.2f}") for name, took in plot.seconds.items()]
    table(
        f"The main job on {CASES:,} cases",
        [("step", "seconds", "share"), *rows, ("all", f"{whole:.2f}", "1")],
    )
    print(f"  guide: 60 s; peak memory {peak_megabytes():,.0f} MB")


if __name__ == "__main__":
    main()
