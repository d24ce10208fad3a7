"""What machines may ask: alive, ready, and the metrics for whoever has the token."""

from dataclasses import replace

import pytest


@pytest.fixture
def settings_of(app):
    before = app.config["SETTINGS"]

    def change(**values):
        app.config["SETTINGS"] = replace(before, **values)

    yield change
    app.config["SETTINGS"] = before


def test_it_is_alive_and_ready(client):
    assert client.get("/healthz").json == {"status": "alive"}
    assert client.get("/readyz").json == {"status": "ready"}


def test_metrics_count_answers_and_jobs(client):
    client.get("/healthz")
    text = client.get("/metrics").text
    assert 'recoup_http_answers_total{code="200",endpoint="status.alive",method="GET"}' in text


def test_metrics_are_for_whoever_has_the_token(client, settings_of):
    settings_of(metrics_token="secret")
    assert client.get("/metrics").status_code == 401
    good = {"Authorization": "Bearer secret"}
    assert client.get("/metrics", headers=good).status_code == 200


def test_without_a_token_metrics_stay_on_this_machine(client, settings_of):
    elsewhere = {"REMOTE_ADDR": "203.0.113.7"}
    assert client.get("/metrics", environ_overrides=elsewhere).status_code == 401
    settings_of(production=True)
    assert client.get("/metrics").status_code == 401


def test_every_answer_carries_the_content_policy(client):
    for path in ("/healthz", "/account/sign-in", "/nowhere"):
        headers = client.get(path).headers
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_above_the_limit_is_refused_in_words(app, client):
    before = app.config["MAX_CONTENT_LENGTH"]
    app.config["MAX_CONTENT_LENGTH"] = 1 << 20
    try:
        answer = client.post("/account/sign-in", data={"x": "a" * (2 << 20)})
    finally:
        app.config["MAX_CONTENT_LENGTH"] = before
    assert answer.status_code == 413
    assert "1 MB" in answer.text
