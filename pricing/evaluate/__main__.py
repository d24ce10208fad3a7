"""Print the report on a file."""

import sys
from collections.abc import Sequence
from pathlib import Path

from pricing.evaluate._chain import forward_chain
from pricing.evaluate._data import read_data


def main(arguments: Sequence[str]) -> int:
    """Print the report on a file; what is being done goes to standard error."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m pricing.evaluate DATA\n")
        return 2
    report = forward_chain(*read_data(Path(arguments[0])), said=_say)
    sys.stdout.write(f"{report}\n")
    return 0


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
