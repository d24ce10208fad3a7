"""Asking ClamAV whether a file is clean, before anything is read from it."""

import contextlib
import socket
import struct
from collections.abc import Iterable, Iterator

from marketplace.core.errors import Refusal
from marketplace.core.installation import installed
from marketplace.core.words import _

PATIENCE_SECONDS = 300
"""A gigabyte takes the scanner minutes."""

PIECE = 2**16


class Infected(Refusal):
    """The scanner knows the file as harmful."""


def require_clean(content: Iterable[bytes]) -> None:
    """Refuse a harmful file, and any file while the scanner does not answer.

    The content comes in pieces of any size. Nothing is scanned where no scanner is set.
    """
    address = installed().virus_scanner
    if not address:
        return
    try:
        answer = _ask(address, content)
    except OSError as error:
        raise Refusal(
            _("The file could not be scanned for viruses, so it was not taken."),
            next_step=_("Try again later, or tell whoever runs this installation."),
        ) from error
    if answer.endswith(" FOUND"):
        name = answer.removeprefix("stream: ").removesuffix(" FOUND")
        raise Infected(
            _("The file contains %(name)s.", name=name),
            next_step=_("Do not open it. Export the list anew from a clean machine."),
        )
    if not answer.endswith(" OK"):
        raise Refusal(
            _("The virus scanner refused the file: %(answer)s", answer=answer),
            next_step=_("It may be larger than the scanner takes: send it in parts."),
        )


def _ask(address: str, content: Iterable[bytes]) -> str:
    """clamd's INSTREAM: pieces with their length in front, an empty one at the end."""
    host, _colon, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS) as line:
        # Of a file that is too large it says so at once, and hangs up on the rest.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            line.sendall(b"zINSTREAM\0")
            for piece in _cut(content):
                line.sendall(struct.pack("!L", len(piece)) + piece)
            line.sendall(struct.pack("!L", 0))
        answer = b""
        while not answer.endswith(b"\0"):
            more = line.recv(4096)
            if not more:
                raise ConnectionAbortedError
            answer += more
    return answer.rstrip(b"\0").decode(errors="replace")


def _cut(content: Iterable[bytes]) -> Iterator[bytes]:
    for piece in content:
        for start in range(0, len(piece), PIECE):
            yield piece[start : start + PIECE]
