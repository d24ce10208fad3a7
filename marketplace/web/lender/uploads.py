"""Resumable upload of tapes: the server's side of the tus protocol, version 1.0.0.

Creation (with upload), expiration and termination. What was uploaded becomes a tape when the
import form is sent with the upload's code in place of a file.
"""

import base64
import binascii
import contextlib
from collections.abc import Iterator
from typing import IO

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import ClientDisconnected, HTTPException
from werkzeug.http import http_date

from marketplace import portfolios
from marketplace.accounts import Permission
from marketplace.core.db import transaction
from marketplace.core.errors import Refusal
from marketplace.core.files import PIECE
from marketplace.core.installation import installed
from marketplace.portfolios import ExpiredUpload, MovedOn, TooLarge, Upload
from marketplace.web.security import clock, requires

pages = Blueprint("uploads", __name__, url_prefix="/uploads")

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,termination"
BYTES = "application/offset+octet-stream"
SILENCE_SECONDS = 60
_READ = 1 << 16
_HEARD_OUT = 16 << 20


class Impossible(Refusal):
    """A request that the protocol does not allow."""

    def __init__(self, status: int, reason: object) -> None:
        super().__init__(reason)
        self.status = status


@pages.url_value_preprocessor
def _long_bodies(_endpoint: str | None, _values: object) -> None:
    """Bodies are sealed as they come, so that a form's limit does not bound them."""
    request.max_content_length = installed().upload_limit_mb << 20


@pages.after_request
def _sign(response: Response) -> Response:
    response.headers["Tus-Resumable"] = VERSION
    response.headers["Cache-Control"] = "no-store"
    if response.status_code < 400:
        # An upload may last longer than a form's token is good for.
        response.headers["X-CSRFToken"] = generate_csrf()
    elif (request.content_length or 0) <= _HEARD_OUT:
        # Whoever is still sending when the line is closed never reads the answer.
        with contextlib.suppress(HTTPException, OSError):
            while request.stream.read(_READ):
                pass
    return response


@pages.errorhandler(Refusal)
def _refuse(refusal: Refusal) -> ResponseReturnValue:
    """In words too: the page shows them."""
    kinds = {MovedOn: 409, ExpiredUpload: 410, TooLarge: 413}
    status = refusal.status if isinstance(refusal, Impossible) else kinds[type(refusal)]
    words = f"{refusal.reason} {refusal.next_step}".strip()
    return Response(words, status, mimetype="text/plain", headers={"Tus-Version": VERSION})


@pages.route("/", methods=["OPTIONS"])
@requires(Permission.TAPE_IMPORT)
def options() -> ResponseReturnValue:
    return Response(
        status=204,
        headers={
            "Tus-Version": VERSION,
            "Tus-Extension": EXTENSIONS,
            "Tus-Max-Size": str(installed().upload_limit_mb << 20),
        },
    )


@pages.post("/")
@requires(Permission.TAPE_IMPORT)
def create() -> ResponseReturnValue:
    _require_version()
    with transaction():
        upload = portfolios.begin_upload(
            _filename(), _whole("Upload-Length"), by=current_user, now=clock()
        )
    if request.mimetype == BYTES:
        upload = _receive(upload, 0)
    response = _told(201, upload)
    response.headers["Location"] = url_for(".patch", code=upload.code)
    return response


@pages.route("/<code>", methods=["HEAD"])
@requires(Permission.TAPE_IMPORT)
def head(code: str) -> ResponseReturnValue:
    upload = _own(code)
    _require_version()
    response = _told(200, upload)
    name = base64.b64encode(upload.filename.encode()).decode()
    response.headers["Upload-Length"] = str(upload.size_bytes)
    response.headers["Upload-Metadata"] = f"filename {name}"
    return response


@pages.patch("/<code>")
@requires(Permission.TAPE_IMPORT)
def patch(code: str) -> ResponseReturnValue:
    upload = _own(code)
    _require_version()
    if request.mimetype != BYTES:
        raise Impossible(415, _("The bytes of a file are sent as %(type)s.", type=BYTES))
    return _told(204, _receive(upload, _whole("Upload-Offset")))


@pages.delete("/<code>")
@requires(Permission.TAPE_IMPORT)
def delete(code: str) -> ResponseReturnValue:
    _own(code)
    _require_version()
    with transaction():
        portfolios.drop_upload(code, by=current_user)
    return Response(status=204)


@pages.post("/<code>")
@requires(Permission.TAPE_IMPORT)
def overridden(code: str) -> ResponseReturnValue:
    """For networks that let only GET and POST through."""
    meant = {"PATCH": patch, "DELETE": delete, "HEAD": head}
    method = request.headers.get("X-HTTP-Method-Override", "")
    if method not in meant:
        _own(code)
        raise Impossible(405, _("An upload is continued by PATCH and dropped by DELETE."))
    answer: ResponseReturnValue = meant[method](code)
    return answer


def _own(code: str) -> Upload:
    with transaction():
        return portfolios.own_upload(code, by=current_user, now=clock())


def _receive(upload: Upload, offset: int) -> Upload:
    """Seal what comes, each piece in a transaction of its own."""
    portfolios.check_place(upload, offset, request.content_length or 0)
    for piece in _arriving(request.stream, upload.size_bytes - offset):
        with transaction():
            upload = portfolios.add_piece(
                upload.code, offset, piece, by=current_user, now=clock()
            )
        offset = upload.offset_bytes
    return upload


def _arriving(stream: IO[bytes], room: int) -> Iterator[bytes]:
    """The body, up to `room` bytes of it, in pieces; of one that is cut off all that came."""
    if connection := request.environ.get("gunicorn.socket"):
        connection.settimeout(SILENCE_SECONDS)  # or who went away would keep a thread
    piece = bytearray()
    while room > len(piece):
        try:
            read = stream.read(min(_READ, room - len(piece), PIECE - len(piece)))
        except (ClientDisconnected, OSError):
            break
        if not read:
            break
        piece += read
        if len(piece) == PIECE:
            yield bytes(piece)
            room -= PIECE
            piece.clear()
    if piece:
        yield bytes(piece)


def _told(status: int, upload: Upload) -> Response:
    return Response(
        status=status,
        headers={
            "Upload-Offset": str(upload.offset_bytes),
            "Upload-Expires": http_date(upload.expires_at),
        },
    )


def _require_version() -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise Impossible(412, _("Only version %(version)s of tus is spoken.", version=VERSION))


def _whole(header: str) -> int:
    given = request.headers.get(header, "")
    if not (given.isascii() and given.isdecimal()):
        raise Impossible(400, _("The header %(name)s must be a whole number.", name=header))
    return int(given)


def _filename() -> str:
    """What Upload-Metadata says the file is called."""
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        name, _space, value = pair.strip().partition(" ")
        if name == "filename":
            try:
                called = base64.b64decode(value, validate=True).decode()
            except (binascii.Error, UnicodeDecodeError) as error:
                raise Impossible(
                    400, _("The header %(name)s cannot be read.", name="Upload-Metadata")
                ) from error
            return "".join(filter(str.isprintable, called))
    return ""
