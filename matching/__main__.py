"""Recheck a certificate from the command line: ``python -m matching verify FILE``."""

import argparse
import sys
from collections.abc import Sequence

from matching import Certificate, verify


def main(arguments: Sequence[str] | None = None) -> int:
    """Print OK and return 0 if the certificate holds, else say what failed and return 1."""
    parser = argparse.ArgumentParser(prog="python -m matching")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("verify", help="recheck the certificate of a split")
    command.add_argument("certificate", help="certificate.json, with its two files beside it")
    path = parser.parse_args(arguments).certificate
    try:
        certificate = Certificate.load(path)
        verdict = verify(certificate.problem(), certificate)
    except (OSError, ValueError) as error:
        print(f"failed: {error}")
        return 1
    if verdict:
        print(f"OK {certificate.digest}")
        return 0
    for failure in verdict.failures:
        print(f"failed: {failure}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
