"""Ask the counterpart, or a real sandbox, whether it does what the product relies on.

`python -m tests.stripe_server.probe` asks the counterpart.
`STRIPE_TEST_KEY=sk_test_… python -m tests.stripe_server.probe --live` asks Stripe's sandbox; it
makes a few customers, invoices and accounts there, and moves no money. Without a key it says
what it would do.
"""

import os
import sys
from datetime import UTC, datetime

from stripe import RequestsClient, StripeClient

from marketplace.rails import API_VERSION
from tests.stripe_server import contract
from tests.stripe_server.server import KEY, StripeServer


def client(key: str, base: str = "") -> StripeClient:
    return StripeClient(
        key,
        stripe_version=API_VERSION,
        base_addresses={"api": base} if base else {},
        max_network_retries=2,
        http_client=RequestsClient(timeout=30),
    )


def report(asked: StripeClient) -> bool:
    holds = True
    for name, words, ok in contract.run(asked):
        holds &= ok
        print(f"{'ok    ' if ok else 'BROKEN'} {name}: {words}")
    return holds


def main(arguments: list[str]) -> int:
    if "--live" not in arguments:
        with StripeServer(datetime.now(UTC)) as server:
            holds = report(client(KEY, server.base))
            for words in server.violations:
                print("noted ", words)
        return 0 if holds else 1
    key = os.environ.get("STRIPE_TEST_KEY", "")
    if not key:
        print("STRIPE_TEST_KEY is not set. With the key of a sandbox this would check that:")
        for one in contract.CHECKS:
            print("-", one.__name__.replace("_", " "))
        return 0
    if not key.startswith(("sk_test_", "rk_test_")):
        print("STRIPE_TEST_KEY is not a sandbox key; nothing was asked.")
        return 2
    return 0 if report(client(key)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
