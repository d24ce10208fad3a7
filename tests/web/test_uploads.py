"""Resumable upload: the tus protocol, whose upload it is, and the tape that is made of it."""

import base64
import hashlib
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.http import parse_date
from werkzeug.test import TestResponse

from marketplace import reactions
from marketplace.accounts import LegalEntity, User
from marketplace.core.db import acting, db
from marketplace.core.errors import NotFound
from marketplace.core.files import PIECE
from marketplace.core.installation import files, installed
from marketplace.portfolios import Tape, Upload, expire_uploads
from marketplace.web.security import acting_for
from tests import factories
from tests.conftest import NOON, SYSTEM, TestBrowser, client_of, rows_of
from tests.core.test_scanning import EICAR, scanner
from tests.portfolios.conftest import entity
from tests.portfolios.tapes import as_csv, good_row
from tests.refusing import refused_by_database

__all__ = ["entity"]

BYTES = "application/offset+octet-stream"
TUS = {"Tus-Resumable": "1.0.0"}
CONTENT = as_csv([good_row(n) for n in range(1, 4)])


@pytest.fixture
def owner(entity: LegalEntity) -> int:
    return entity.id


@pytest.fixture
def client(app: Flask, clara: User, owner: int) -> TestBrowser:
    return client_of(app, clara)


def create(client: TestBrowser, size: Any, name: str = "tape.csv", **more: Any) -> TestResponse:
    encoded = base64.b64encode(name.encode()).decode()
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": f"filename {encoded}"}
    return client.post("/lender/uploads/", headers=headers | more)


def send(client: TestBrowser, url: str, offset: int, content: bytes) -> TestResponse:
    headers = {**TUS, "Upload-Offset": str(offset)}
    return client.patch(url, data=content, content_type=BYTES, headers=headers)


def begun(client: TestBrowser, content: bytes = CONTENT, name: str = "tape.csv") -> str:
    return create(client, len(content), name).headers["Location"]


def sent(client: TestBrowser, content: bytes = CONTENT) -> str:
    url = begun(client, content)
    assert send(client, url, 0, content).status_code == 204
    return url


def take(client: TestBrowser, url: str, owner: int, **form: Any) -> TestResponse:
    form = {"upload": url.rsplit("/", 1)[-1], "name": "Batch", "entity": owner} | form
    return client.post("/lender/tapes/", data=form, headers={"X-Requested-With": "upload"})


def upload_at(url: str) -> Upload:
    code = url.rsplit("/", 1)[-1]
    with acting(SYSTEM):
        return db.session.scalars(db.select(Upload).where(Upload.code == code)).one()


def rows_in(table: str) -> int:
    with acting(SYSTEM):
        return rows_of(table)


def set_expiry(url: str, at: datetime) -> datetime:
    with acting(SYSTEM):
        upload_at(url).expires_at = at
        db.session.flush()
    return at


def offset(client: TestBrowser, url: str) -> int:
    return int(client.head(url, headers=TUS).headers["Upload-Offset"])


def test_the_server_says_what_it_speaks(client: TestBrowser) -> None:
    answer = client.options("/lender/uploads/")
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert set(answer.headers["Tus-Extension"].split(",")) == {
        "creation", "creation-with-upload", "expiration", "termination",
    }  # fmt: skip
    assert int(answer.headers["Tus-Max-Size"]) == 1 << 30


def test_a_file_comes_in_three_steps_and_opens(client: TestBrowser, clara: User) -> None:
    content = bytes(i % 251 for i in range(2 * PIECE + 5))
    answer = create(client, len(content), "九月 批次.csv")
    url = answer.headers["Location"]
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "0")
    for start, end in ((0, 10), (10, PIECE + 20), (PIECE + 20, len(content))):
        told = client.head(url, headers=TUS)
        assert told.headers["Upload-Offset"] == str(start)
        assert told.headers["Upload-Length"] == str(len(content))
        assert told.headers["Cache-Control"] == "no-store"
        name = told.headers["Upload-Metadata"].removeprefix("filename ")
        assert base64.b64decode(name).decode() == "九月 批次.csv"
        answer = send(client, url, start, content[start:end])
        assert (answer.status_code, answer.data) == (204, b"")
        assert answer.headers["Upload-Offset"] == str(end)
        assert answer.headers["Tus-Resumable"] == "1.0.0"
        assert parse_date(answer.headers["Upload-Expires"])
    assert files().get(upload_at(url).file_key) == content


def test_bytes_may_come_with_the_creation(client: TestBrowser) -> None:
    answer = client.post(
        "/lender/uploads/",
        data=b"abc",
        content_type=BYTES,
        headers=TUS | {"Upload-Length": "5"},
    )
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "3")
    assert send(client, answer.headers["Location"], 3, b"de").status_code == 204
    assert files().get(upload_at(answer.headers["Location"]).file_key) == b"abcde"


def test_an_empty_file_is_whole_at_once(client: TestBrowser) -> None:
    url = begun(client, b"")
    assert files().get(upload_at(url).file_key) == b""


def test_a_wrong_offset_changes_nothing_and_says_where_the_upload_is(
    client: TestBrowser,
) -> None:
    url = begun(client, b"0123456789")
    assert send(client, url, 0, b"0123").status_code == 204
    for wrong in (0, 3, 5, 10**30):
        answer = send(client, url, wrong, b"xxxx")
        assert (answer.status_code, answer.mimetype) == (409, "text/plain")
        assert "4 bytes of the file have arrived" in answer.text
    assert send(client, url, 5, b"").status_code == 409
    assert offset(client, url) == 4
    assert send(client, url, 4, b"").headers["Upload-Offset"] == "4"


@pytest.mark.parametrize("given", ["", "-1", "1.5", "x", "１"])
def test_what_is_no_number_is_refused(client: TestBrowser, given: str) -> None:
    if given.isascii():
        assert create(client, given).status_code == 400
        url = begun(client)
        headers = TUS | {"Upload-Offset": given}
        assert (
            client.patch(url, data=b"a", content_type=BYTES, headers=headers).status_code == 400
        )
    assert rows_in("uploads") == int(given.isascii())


def test_the_protocol_is_asked_for(client: TestBrowser) -> None:
    url = begun(client)
    for headers in ({}, {"Tus-Resumable": "0.2.2"}):
        for answer in (
            client.post("/lender/uploads/", headers={**headers, "Upload-Length": "1"}),
            client.head(url, headers=headers),
            client.patch(url, data=b"a", content_type=BYTES, headers=headers),
            client.delete(url, headers=headers),
        ):
            assert answer.status_code == 412
            assert answer.headers["Tus-Version"] == "1.0.0"
            assert "Upload-Offset" not in answer.headers
    kind = client.patch(url, data=b"a", content_type="text/csv", headers=TUS)
    assert kind.status_code == 415
    assert offset(client, url) == 0


def test_metadata_that_cannot_be_read_is_refused(client: TestBrowser) -> None:
    for broken in ("filename ***", "filename gIA="):
        headers = TUS | {"Upload-Length": "1", "Upload-Metadata": broken}
        assert client.post("/lender/uploads/", headers=headers).status_code == 400
    assert create(client, 1, "a\0b\n.csv").status_code == 201
    assert create(client, 1, **{"Upload-Metadata": "is_secret"}).status_code == 201


def test_a_file_above_the_limit_is_refused_before_it_comes(client: TestBrowser) -> None:
    limit = installed().upload_limit_mb << 20
    answer = create(client, limit + 1)
    assert answer.status_code == 413
    assert f"larger than the limit of {limit >> 20} MB" in answer.text
    assert create(client, limit).status_code == 201


def test_more_than_was_promised_is_refused(client: TestBrowser) -> None:
    url = begun(client, b"01234")
    assert send(client, url, 0, b"012345").status_code == 413
    assert send(client, url, 0, b"01234").status_code == 204
    assert send(client, url, 5, b"6").status_code == 413
    assert files().get(upload_at(url).file_key) == b"01234"


def test_bodies_of_uploads_may_be_longer_than_forms(app: Flask, client: TestBrowser) -> None:
    before = app.config["MAX_CONTENT_LENGTH"]
    app.config["MAX_CONTENT_LENGTH"] = 1000
    try:
        content = bytes(5000)
        assert files().get(upload_at(sent(client, content)).file_key) == content
        assert client.post("/lender/tapes/", data={"name": "a" * 5000}).status_code == 413
    finally:
        app.config["MAX_CONTENT_LENGTH"] = before


def test_an_upload_is_dropped_with_what_has_arrived(client: TestBrowser) -> None:
    url = begun(client)
    send(client, url, 0, CONTENT[:10])
    key = upload_at(url).file_key
    assert client.delete(url, headers=TUS).status_code == 204
    for answer in (client.head(url, headers=TUS), send(client, url, 10, b"a")):
        assert answer.status_code == 404
        assert "Upload-Offset" not in answer.headers
    assert client.delete(url, headers=TUS).status_code == 404
    factories.drain(NOON)
    with pytest.raises(NotFound):
        files().get(key)


def test_methods_can_be_named_in_a_header(client: TestBrowser) -> None:
    url = begun(client, b"abc")
    named = {"X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0"}
    answer = client.post(url, data=b"abc", content_type=BYTES, headers=TUS | named)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "3")
    assert client.post(url, headers=TUS).status_code == 405
    assert client.post(url, headers=TUS | {"X-HTTP-Method-Override": "GET"}).status_code == 405
    answer = client.post(url, headers=TUS | {"X-HTTP-Method-Override": "DELETE"})
    assert answer.status_code == 204
    assert rows_in("uploads") == 0


@pytest.mark.parametrize("name", ["bea", "cora"])
def test_nobody_else_continues_or_takes_it(
    app: Flask, client: TestBrowser, clara: User, name: str, request: pytest.FixtureRequest
) -> None:
    """Another lender's manager, and a colleague who may not import at all."""
    with acting(SYSTEM):
        other = client_of(app, request.getfixturevalue(name))
    url = begun(client)
    for answer in (
        other.head(url, headers=TUS),
        send(other, url, 0, CONTENT),
        other.delete(url, headers=TUS),
        other.post(url, headers=TUS),
    ):
        assert answer.status_code == {"bea": 404, "cora": 403}[name]
        assert "Upload-Offset" not in answer.headers
    assert offset(client, url) == 0


def test_a_colleague_with_the_same_rights_does_not_find_it(
    app: Flask, client: TestBrowser, clara: User, owner: int
) -> None:
    colleague = User(
        email="carl@example.org", name="Carl", role=clara.role, locale="en",
        organisation=clara.organisation, created_at=NOON,
    )  # fmt: skip
    with acting(SYSTEM):
        db.session.add(colleague)
        db.session.flush()
    other, people = client_of(app, colleague), [acting_for(colleague), acting_for(clara)]
    url = sent(client)
    for answer in (
        other.head(url, headers=TUS),
        send(other, url, len(CONTENT), b""),
        other.delete(url, headers=TUS),
        take(other, url, owner),
    ):
        assert answer.status_code == 404
    found = []
    for one in people:
        with acting(one):
            found.append(rows_of("uploads"))
    assert found == [0, 1], "not even without a WHERE"


def test_strangers_are_asked_to_sign_in(app: Flask) -> None:
    stranger = TestBrowser(app)
    assert stranger.options("/lender/uploads/").status_code == 401
    assert create(stranger, 1).status_code == 401


def test_every_request_that_changes_something_needs_the_token(
    app: Flask, client: TestBrowser
) -> None:
    url = begun(client, b"abc")
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert create(client, 1).status_code == 400
        assert send(client, url, 0, b"abc").status_code == 400
        assert client.delete(url, headers=TUS).status_code == 400
        token = {"X-CSRFToken": client.head(url, headers=TUS).headers["X-CSRFToken"]}
        headers = TUS | token | {"Upload-Offset": "0"}
        answer = client.patch(url, data=b"abc", content_type=BYTES, headers=headers)
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "3")
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_an_upload_lasts_a_day_from_its_last_piece(client: TestBrowser) -> None:
    url = begun(client, b"0123456789")
    upload = upload_at(url)
    assert upload.expires_at - upload.begun_at == timedelta(hours=24)
    before = set_expiry(url, upload.expires_at - timedelta(hours=1))
    send(client, url, 0, b"01234")
    assert upload_at(url).expires_at > before


def test_an_expired_upload_is_gone(client: TestBrowser, owner: int) -> None:
    url = sent(client)
    set_expiry(url, NOON)
    for answer in (client.head(url, headers=TUS), send(client, url, len(CONTENT), b"")):
        assert answer.status_code == 410
        assert "Upload-Offset" not in answer.headers
    assert "for a day" in take(client, url, owner).text


def test_abandoned_uploads_go_at_night_with_their_pieces(
    client: TestBrowser, owner: int
) -> None:
    old, fresh, taken = begun(client), begun(client), sent(client)
    send(client, old, 0, CONTENT[:10])
    code = take(client, taken, owner).get_json()["next"].rsplit("/", 1)[-1]
    keys = [upload_at(url).file_key for url in (old, fresh, taken)]
    set_expiry(old, NOON)
    set_expiry(taken, NOON)
    assert reactions.PERIODIC["expire uploads"]
    for _again in range(2):
        with acting(SYSTEM):
            reactions.run(expire_uploads, lambda: NOON)
    factories.drain(NOON)
    assert rows_in("uploads") == 1
    assert upload_at(fresh).file_key == keys[1]
    with pytest.raises(NotFound):
        next(files().pieces(keys[0]))
    with acting(SYSTEM):
        tape = db.session.scalars(db.select(Tape).where(Tape.code == code)).one()
    assert files().get(tape.file_key) == CONTENT, "a tape keeps its file"


def test_a_tape_is_made_of_it_once(client: TestBrowser, owner: int) -> None:
    url = sent(client)
    answers = [take(client, url, owner).get_json() for _again in range(2)]
    assert answers[0] == answers[1]
    with acting(SYSTEM):
        tape = db.session.scalars(db.select(Tape)).one()
        key = tape.file_key
    assert key == upload_at(url).file_key
    assert (tape.filename, tape.portfolio_name) == ("tape.csv", "Batch")
    assert (tape.sha256, tape.size_bytes) == (hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))
    assert "客户姓名" in client.get(answers[0]["next"]).text
    assert client.delete(url, headers=TUS).status_code == 204
    factories.drain(NOON)
    assert files().get(key) == CONTENT, "dropping a taken upload leaves the tape"


def test_half_a_file_is_no_tape(client: TestBrowser, owner: int) -> None:
    url = begun(client)
    send(client, url, 0, CONTENT[:-1])
    answer = take(client, url, owner)
    assert answer.status_code == 422
    assert "has not arrived whole" in answer.text
    assert offset(client, url) == len(CONTENT) - 1, "it can still be continued"


def test_what_is_no_tape_is_refused_and_not_kept(client: TestBrowser, owner: int) -> None:
    url = sent(client, b"%PDF-1.7 something else")
    key = upload_at(url).file_key
    answer = take(client, url, owner)
    assert answer.status_code == 422
    assert "neither a CSV file nor an Excel workbook" in answer.text
    gone(client, url, key)


def test_a_harmful_file_is_named_and_deleted(
    app: Flask, client: TestBrowser, owner: int
) -> None:
    # The signature lies across two requests and two pieces.
    content = CONTENT + b"," * 100 + EICAR
    url = begun(client, content)
    cut = len(content) - 30
    assert send(client, url, 0, content[:cut]).status_code == 204
    assert send(client, url, cut, content[cut:]).status_code == 204
    key = upload_at(url).file_key
    with scanner(app):
        answer = take(client, url, owner)
    assert answer.status_code == 422
    assert "contains Eicar-Signature" in answer.text
    gone(client, url, key)
    assert rows_in("tapes") == 0


def test_a_clean_file_passes_the_scanner(app: Flask, client: TestBrowser, owner: int) -> None:
    url = sent(client)
    with scanner(app):
        assert take(client, url, owner).status_code == 200
    assert rows_in("tapes") == 1


@pytest.mark.parametrize("why", ["too large", "silent"])
def test_what_cannot_be_scanned_is_refused_and_deleted(
    app: Flask, client: TestBrowser, owner: int, why: str
) -> None:
    url = sent(client, bytes(PIECE))
    key = upload_at(url).file_key
    if why == "silent":
        installed().virus_scanner = "127.0.0.1:1"
        try:
            answer = take(client, url, owner)
        finally:
            installed().virus_scanner = ""
        assert "could not be scanned" in answer.text
    else:
        with scanner(app):
            answer = take(client, url, owner)
        assert "size limit exceeded" in answer.text
    assert answer.status_code == 422
    gone(client, url, key)


def gone(client: TestBrowser, url: str, key: str) -> None:
    assert client.head(url, headers=TUS).status_code == 404
    factories.drain(NOON)
    with pytest.raises(NotFound):
        next(files().pieces(key))


def test_an_upload_damaged_on_disk_is_refused_in_words(client: TestBrowser, owner: int) -> None:
    url = sent(client)
    key = upload_at(url).file_key
    files().add(key, 0, b"", last=False)
    answer = take(client, url, owner)
    assert answer.status_code == 422
    assert "can no longer be read" in answer.text


def test_the_ordinary_form_still_works(client: TestBrowser, owner: int) -> None:
    form = {"name": "Plain", "entity": owner, "file": (BytesIO(CONTENT), "plain.csv")}
    answer = client.post("/lender/tapes/", data=form)
    assert answer.status_code == 303
    assert "客户姓名" in client.get(answer.headers["Location"]).text
    assert "choose a file first" in client.post("/lender/tapes/", data={"name": "x"}).text


def test_the_offset_never_leaves_the_file(client: TestBrowser) -> None:
    upload = upload_at(begun(client, b"abc"))
    with acting(SYSTEM), refused_by_database("ck_uploads_fits"):
        upload.offset_bytes = 4
        db.session.flush()
