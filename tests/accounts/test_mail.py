"""Letters: sealed while they wait, delivered once, wiped when they have left."""

import socketserver
import threading
from email import message_from_string, policy

import pytest
from sqlalchemy.exc import ProgrammingError

from marketplace.core import mail
from marketplace.core.db import acting, db
from marketplace.core.installation import installed
from marketplace.core.mail import Mail
from marketplace.web.security import VISITOR
from tests.accounts.reading import SYSTEM
from tests.conftest import NOON, as_user


def write(text="见链接: https://recoup.example/account/reset/abc"):
    with acting(VISITOR):
        return mail.send("clara@example.org", "Hello\r\nBcc: all@example.org", text, now=NOON)


def test_whoever_writes_a_letter_cannot_read_any(clara):
    number = write()
    assert b"recoup.example" not in db.session.get_one(Mail, number).sealed

    for who in (VISITOR, None):
        reader = acting(who) if who else as_user(clara)
        with pytest.raises(ProgrammingError), db.session.begin_nested(), reader:
            db.session.execute(db.select(Mail.id)).all()


def test_without_a_server_the_operator_finds_the_letter_in_the_outbox(app):
    number = write()
    mail.deliver(number, now=NOON)
    mail.deliver(number, now=NOON)

    (path,) = installed().outbox.glob(f"*-{number}.eml")
    assert path.stat().st_mode & 0o777 == 0o600
    assert "https://recoup.example/account/reset/abc" in path.read_text()
    read = message_from_string(path.read_text(), policy=policy.default)
    assert read["To"] == "clara@example.org"
    assert read["Bcc"] is None
    with acting(SYSTEM):
        assert db.session.get_one(Mail, number).sealed is None
    path.unlink()


class _Smtp(socketserver.StreamRequestHandler):
    """As much of a mail server as a letter needs."""

    def handle(self) -> None:
        self.say("220 ready")
        while line := self.rfile.readline().decode().strip():
            verb = line.partition(" ")[0].upper()
            if verb == "DATA":
                self.say("354 go on")
                while (line := self.rfile.readline()) != b".\r\n":
                    self.server.got.append(line.decode())  # type: ignore[attr-defined]
            self.say("221 bye" if verb == "QUIT" else "250 ok")
            if verb == "QUIT":
                return

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


def test_a_letter_goes_to_the_server_once(app, monkeypatch):
    number = write()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Smtp) as server:
        server.daemon_threads = True
        server.got = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"smtp://127.0.0.1:{server.server_address[1]}"
        monkeypatch.setattr(installed(), "mail_url", address)
        mail.deliver(number, now=NOON)
        mail.deliver(number, now=NOON)
        server.shutdown()
        got = "".join(server.got)  # type: ignore[attr-defined]

    assert got.count("To: clara@example.org") == 1


def test_a_letter_that_could_not_leave_stays(app, monkeypatch):
    number = write()
    monkeypatch.setattr(installed(), "mail_url", "smtp://127.0.0.1:9")

    with pytest.raises(OSError, match="refused"):
        mail.deliver(number, now=NOON)
    assert db.session.get_one(Mail, number).sealed is not None
