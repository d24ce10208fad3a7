"""The counterpart's door: HTTP on loopback, keys, faults, and checks in both directions."""

import copy
import json
import re
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import stripe

from tests.stripe_server import billing, hooks, moving, onboarding
from tests.stripe_server.behaviour import NotHere, perform
from tests.stripe_server.faults import Fault, Kind, next_fault
from tests.stripe_server.hooks import Delivery
from tests.stripe_server.schema import Endpoint, endpoint
from tests.stripe_server.store import Declined, Json, Kept, Store

KEY = "sk_test_counterpart"
"""The only API key this server knows."""

_BEFORE = {
    Kind.LOCKED: (409, "invalid_request_error", "lock_timeout", "The object is locked."),
    Kind.BUSY: (429, "invalid_request_error", "rate_limit", "Too many requests."),
}
_ERROR = {"error": {"type": "api_error", "message": "An error on our side."}}


class Cut(Exception):
    """The connection breaks without an answer."""


def nested(pairs: Sequence[tuple[str, str]]) -> Json:
    """`a[b][0]=c` as the form encodes it: {"a": {"b": ["c"]}}."""
    root: Json = {}
    for name, value in pairs:
        place, parts = root, re.findall(r"[^\[\]]+", name)
        for part in parts[:-1]:
            place = place.setdefault(part, {})
        place[parts[-1]] = value
    return {name: _lists(value) for name, value in root.items()}


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(name.isdigit() for name in value):
        return [_lists(value[name]) for name in sorted(value, key=int)]
    return {name: _lists(one) for name, one in value.items()}


class StripeServer:
    """Started by `with`; `base` is the address for STRIPE_API_BASE."""

    def __init__(self, now: datetime) -> None:
        self.store = Store(now)
        self.faults: list[Fault] = []
        self.violations: list[str] = []
        self.calls: list[tuple[str, str | None]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    def __enter__(self) -> "StripeServer":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        for fault in self.faults:
            fault.let_go.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    # What happens at Stripe without the product.

    def fault(self, calls: str, kind: Kind, times: int = 1, seconds: float = 1.0) -> Fault:
        made = Fault(calls, kind, times, seconds)
        self.faults.append(made)
        return made

    def finish_onboarding(self, account_id: str) -> None:
        with self.store.lock:
            onboarding.finish_onboarding(self.store, account_id)

    def pay_invoice(self, invoice_id: str, *, fee: int = 500) -> Json:
        with self.store.lock:
            return billing.pay_invoice(self.store, invoice_id, fee=fee)

    def dispute(self, charge_id: str, *, fee: int = 1500) -> Json:
        with self.store.lock:
            return billing.dispute(self.store, charge_id, fee=fee)

    def close_dispute(self, dispute_id: str, *, won: bool) -> None:
        with self.store.lock:
            billing.close_dispute(self.store, dispute_id, won=won)

    def complete_session(self, session_id: str, *, account: str) -> Json:
        with self.store.lock:
            return billing.complete_session(self.store, session_id, account=account)

    def top_up(self, amount: int, currency: str = "usd") -> str:
        with self.store.lock:
            return moving.top_up(self.store, amount, currency)

    def drain(self, account: str, currency: str = "usd") -> None:
        with self.store.lock:
            moving.drain(self.store, account, currency)

    def balance(self, currency: str = "usd", account: str | None = None) -> int:
        return self.store.balances[account, currency]

    def made(self, prefix: str) -> list[Json]:
        """Every object of a kind, the newest first, whoever owns it."""
        with self.store.lock:
            return [
                copy.deepcopy(found)
                for id_, found in reversed(self.store.objects.items())
                if id_.startswith(f"{prefix}_")
            ]

    def deliveries(
        self,
        secrets: Sequence[str],
        *,
        since: int = 0,
        at: datetime | None = None,
        copies: int = 1,
        shuffle: int | None = None,
    ) -> list[Delivery]:
        with self.store.lock:
            events = copy.deepcopy(self.store.events[since:])
        moment = at or self.store.now
        return hooks.deliveries(events, secrets, at=moment, copies=copies, shuffle=shuffle)

    # What a call goes through.

    def answer(self, method: str, target: str, headers: Any, body: bytes) -> tuple[int, Json]:
        path, query = urlsplit(target).path, urlsplit(target).query
        if headers.get("Authorization") != f"Bearer {KEY}":
            # docs.stripe.com/api/authentication
            return 401, Declined(401, "Invalid API Key provided").body
        if headers.get("Stripe-Version") != stripe.api_version:
            self.violations.append(f"{method} {path}: version {headers.get('Stripe-Version')}")
        key = headers.get("Idempotency-Key") if method == "POST" else None
        with self.store.lock:
            self.calls.append((f"{method} {path}", key))
            fault = next_fault(self.faults, f"{method} {path}")
        early = self._before(fault)
        if early is not None:
            return early
        text = query if method in ("GET", "DELETE") else body.decode()
        given = nested(parse_qsl(text, keep_blank_values=True))
        status, answer = self._execute(
            method, path, given, headers.get("Stripe-Account"), key, fault
        )
        self._after(fault)
        return status, answer

    def _before(self, fault: Fault | None) -> tuple[int, Json] | None:
        if fault is None:
            return None
        if fault.kind is Kind.CUT_BEFORE:
            raise Cut
        if fault.kind is Kind.HELD_BEFORE:
            fault.wait()
            raise Cut  # whoever asked is gone by now
        if fault.kind in _BEFORE:
            status, kind, code, message = _BEFORE[fault.kind]
            return status, Declined(status, message, code, kind).body
        return None

    def _after(self, fault: Fault | None) -> None:
        if fault is None:
            return
        if fault.kind is Kind.HELD_AFTER:
            fault.wait()
        if fault.kind is Kind.SLOW_AFTER:
            time.sleep(fault.seconds)
        if fault.kind in (Kind.CUT_AFTER, Kind.HELD_AFTER):
            raise Cut

    def _execute(
        self,
        method: str,
        path: str,
        given: Json,
        account: str | None,
        key: str | None,
        fault: Fault | None,
    ) -> tuple[int, Json]:
        known = endpoint(method, path)
        if known is None:
            return 404, Declined(404, f"Unrecognized request URL ({method}: {path})").body
        parameters = known.parameters.read(given)
        if wrong := list(known.parameters.faults(parameters)):
            # Parameters are checked before anything is kept under the key.
            self.violations.append(f"{method} {path}: {wrong[0]}")
            code = "parameter_unknown" if "unknown" in wrong[0] else "parameter_invalid"
            return 400, Declined(400, wrong[0], code).body
        with self.store.lock:
            said = json.dumps([method, path, parameters], sort_keys=True)
            kept = self.store.kept(account, key) if key else None
            if kept is not None:
                return self._replay(kept, said)
            status, answer, keep = self._perform(known, path, parameters, account, fault)
            if key and keep:
                self.store.keys[account, key] = Kept(said, status, answer, self.store.now)
            return status, answer

    def _replay(self, kept: Kept, said: str) -> tuple[int, Json]:
        """docs.stripe.com/api/idempotent_requests: the same result, also an error."""
        if kept.body != said:
            message = "Keys for idempotent requests can only be used with the same parameters"
            return 400, Declined(400, message, kind="idempotency_error").body
        return kept.status, kept.answer

    def _perform(
        self, known: Endpoint, path: str, parameters: Json, account: str | None,
        fault: Fault | None,
    ) -> tuple[int, Json, bool]:  # fmt: skip
        """The status, the answer, and whether it is kept under the key."""
        if fault is not None and fault.kind is Kind.ERROR_BEFORE:
            return 500, _ERROR, True
        try:
            answer = copy.deepcopy(perform(self.store, known.method, path, parameters, account))
        except NotHere as missing:
            self.violations.append(f"{known.method} {path}: {missing}")
            return 501, Declined(501, str(missing), kind="api_error").body, False
        except Declined as declined:
            return declined.status, declined.body, declined.status != 404
        if wrong := list(known.answer.faults(answer)):
            self.violations.append(f"{known.method} {path} answers {wrong[0]}")
        if fault is not None and fault.kind is Kind.ERROR_AFTER:
            return 500, _ERROR, True
        return 200, answer, True


def _handler(stripe_server: StripeServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet for head and body

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            try:
                status, answer = stripe_server.answer(
                    self.command, self.path, self.headers, body
                )
            except Cut:
                self.close_connection = True
                return
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Request-Id", f"req_{len(stripe_server.calls):08d}")
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = _serve  # noqa: N815 - named by the standard library

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                self.close_connection = True  # the client has gone

        def log_message(self, *_words: Any) -> None:
            pass

    return Handler
