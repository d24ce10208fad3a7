"""Health for machines: alive, ready, and the metrics."""

import hmac
from time import perf_counter

import structlog
from flask import Blueprint, Flask, Response, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from sqlalchemy import text

from marketplace.core.db import acting, db
from marketplace.core.tenancy import Acting, Audience
from marketplace.migrations import running

pages = Blueprint("status", __name__)
log = structlog.get_logger(__name__)
REGISTRY = CollectorRegistry()
ANSWERS = Counter(
    "recoup_http_answers", "Answers given", ["endpoint", "method", "code"], registry=REGISTRY
)
SECONDS = Histogram("recoup_http_seconds", "Time to answer", ["endpoint"], registry=REGISTRY)
JOBS = Gauge("recoup_jobs", "Jobs by status", ["status"], registry=REGISTRY)


def init_app(app: Flask) -> None:
    app.register_blueprint(pages)
    app.before_request(_start)
    app.after_request(_measure)


@pages.get("/healthz")
def alive() -> ResponseReturnValue:
    return {"status": "alive"}


@pages.get("/readyz")
def ready() -> ResponseReturnValue:
    """Ready when the database answers and has the newest shape."""
    try:
        db.session.execute(text("SELECT 1"))
        found = running.current(current_app.config["DATABASE"])
    except Exception:  # noqa: BLE001 -- whatever it is, the answer is "not ready"
        return {"status": "the database does not answer"}, 503
    if found != running.head():
        return {"status": "migrations are missing: run `make migrate`"}, 503
    return {"status": "ready"}


@pages.get("/metrics")
def metrics() -> ResponseReturnValue:
    """For the collector that has the token.

    Without a token set only this machine may look, and in production nobody: behind a proxy
    every request seems to come from here.
    """
    settings = current_app.config["SETTINGS"]
    token = settings.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token and not hmac.compare_digest(given, token):
        abort(401)
    here = request.remote_addr in {"127.0.0.1", "::1"}
    if not token and (settings.production or not here):
        abort(401)
    with acting(Acting(Audience.STAFF)):
        rows = db.session.execute(
            text("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY 1")
        )
        for status, count in rows:
            JOBS.labels(status).set(count)
    return Response(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def _start() -> None:
    g.started = perf_counter()


def _measure(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    ANSWERS.labels(endpoint, request.method, response.status_code).inc()
    if "started" in g:
        taken = perf_counter() - g.started
        SECONDS.labels(endpoint).observe(taken)
        log.info(
            "answered",
            endpoint=endpoint,
            method=request.method,
            code=response.status_code,
            ms=round(taken * 1000),
        )
    return response
