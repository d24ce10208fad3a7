"""Asking ClamAV whether a file is clean, before anything is read from it."""

import socket
import struct

from marketplace.core.errors import Refusal
from marketplace.core.installation import installed
from marketplace.core.words import _

PATIENCE_SECONDS = 60
PIECE = 2**16


class Infected(Refusal):
    """The scanner knows the file as harmful."""


def require_clean(content: bytes) -> None:
    """Refuse a harmful file, and any file while the scanner does not answer.

    Nothing is scanned where no scanner is set.
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


def _ask(address: str, content: bytes) -> str:
    """clamd's INSTREAM: pieces with their length in front, an empty one at the end."""
    host, _colon, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS) as line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), PIECE):
            piece = content[start : start + PIECE]
            line.sendall(struct.pack("!L", len(piece)) + piece)
        line.sendall(struct.pack("!L", 0))
        answer = b""
        while not answer.endswith(b"\0"):
            more = line.recv(4096)
            if not more:
                break
            answer += more
    return answer.rstrip(b"\0").decode(errors="replace")
