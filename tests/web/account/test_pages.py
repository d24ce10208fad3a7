"""The account's pages for those who are signed in."""

import io
import json
import re

import pyotp
import pytest

from marketplace import accounts, audit
from marketplace.core.db import acting, db
from marketplace.core.tenancy import Acting, Audience
from tests.accounts.reading import letters
from tests.conftest import sign_in
from tests.web.account.conftest import PASSWORD

SYSTEM = Acting(Audience.SYSTEM)


def invite(client, **changes):
    data = {"email": "nina@example.org", "name": "Nina", "role": "approver", **changes}
    return client.post("/account/people/invitations", data=data)


@pytest.mark.parametrize("who", ["clara", "amy", "vera", "pia"])
def test_the_start_page_is_everybodys_own(client, request, who):
    sign_in(client, request.getfixturevalue(who))
    answer = client.get("/")
    assert answer.status_code == 302
    assert "sign-in" not in answer.location


def test_an_app_is_set_up_shown_in_use_and_removed(client, clara_at_home):
    sign_in(client, clara_at_home)
    page = client.get("/account/security/app").text
    secret = re.search(r'class="code">([A-Z2-7]{32})<', page)[1]
    assert "data:image/svg+xml;base64," in page
    data = {"code": "000000", "present": PASSWORD}
    assert client.post("/account/security/app", data=data).status_code == 422
    code = pyotp.TOTP(secret).now()
    borrowed = client.post("/account/security/app", data={"code": code, "present": "guess"})
    assert "not your present password" in borrowed.text
    data["code"] = code
    shown = client.get(client.post("/account/security/app", data=data).location)
    assert len(re.findall(r"<li>\w{5}-\w{5}</li>", shown.text)) == 10

    assert "10 recovery codes are left" in client.get("/account/security").text
    wrong = client.post("/account/security/app/remove", data={"present": "wrong"})
    assert wrong.status_code == 422
    codes = client.post("/account/security/recovery-codes", data={"present": PASSWORD})
    assert codes.location == "/account/security/recovery-codes"
    client.post("/account/security/app/remove", data={"present": PASSWORD})
    with acting(SYSTEM):
        assert not db.session.get_one(accounts.User, clara_at_home.id).two_factor


def test_the_password_is_changed_and_other_browsers_are_out(client, app, clara_at_home):
    other = type(client)(app)
    sign_in(client, clara_at_home)
    sign_in(other, clara_at_home)
    data = {"present": "wrong", "password": "a wholly new one", "again": "a wholly new one"}
    assert client.post("/account/security/password", data=data).status_code == 422
    data["present"] = PASSWORD
    assert client.post("/account/security/password", data=data).status_code == 303

    assert client.get("/account/security").status_code == 200
    assert other.get("/account/security").status_code == 302


def test_sessions_are_listed_and_ended(client, app, clara, aline):
    other, foreign = type(client)(app), type(client)(app)
    for browser, user in ((client, clara), (other, clara), (foreign, aline)):
        sign_in(browser, user)
    pattern = r"/account/security/sessions/(SE-\w+)/end"
    (code,) = re.findall(pattern, client.get("/account/security").text)

    assert foreign.post(f"/account/security/sessions/{code}/end").status_code == 404
    assert client.post(f"/account/security/sessions/{code}/end").status_code == 303
    assert other.get("/account/security").status_code == 302
    client.post("/account/security/sessions/end")
    assert client.get("/account/security").status_code == 302


def test_people_are_for_those_who_may_invite(client, aline):
    sign_in(client, aline)
    assert client.get("/account/people").status_code == 403
    assert invite(client).status_code == 403


def test_inviting_resending_and_withdrawing(client, clara):
    sign_in(client, clara)
    assert invite(client).status_code == 303
    page = client.get("/account/people").text
    code = re.search(r"invitations/(IV-\w+)/resend", page)[1]
    again = invite(client)
    assert again.status_code == 422
    assert "invited already" in again.text
    assert invite(client, role="emperor").status_code == 422
    assert client.post(f"/account/people/invitations/{code}/resend").status_code == 303
    assert len(letters()) == 2
    assert client.post(f"/account/people/invitations/{code}/withdraw").status_code == 303
    assert client.post(f"/account/people/invitations/{code}/withdraw").status_code == 409


def test_another_organisations_codes_are_404(client, clara, bea):
    person = bea.code
    sign_in(client, bea)
    invite(client)
    with acting(SYSTEM):
        code = db.session.scalar(db.select(accounts.Invitation.code))
    sign_in(client, clara)
    for act in ("resend", "withdraw"):
        assert client.post(f"/account/people/invitations/{code}/{act}").status_code == 404
    for act in ("role", "deactivate", "reactivate"):
        answer = client.post(f"/account/people/{person}/{act}", data={"role": "viewer"})
        assert answer.status_code == 404


def test_a_file_shows_every_fault_and_invites_nobody(client, clara):
    sign_in(client, clara)

    def upload(text):
        file = (io.BytesIO(text.encode()), "people.csv")
        return client.post("/account/people/invitations/file", data={"file": file})

    bad = upload("email,name,role\na@example.org,A,viewer\nb,B,viewer\nc@example.org,C,king\n")
    assert bad.status_code == 422
    assert "This is not an e-mail address." in bad.text
    assert "The role must be one of" in bad.text
    assert letters() == []
    assert upload("nothing").status_code == 422
    assert client.post("/account/people/invitations/file", data={}).status_code == 422
    assert upload("email,name,role\na@example.org,A,viewer\n").status_code == 303
    assert len(letters()) == 1


def test_a_deactivated_colleague_is_out_at_the_next_click(client, app, clara, aline):
    other = type(client)(app)
    hers, own = aline.code, clara.code
    sign_in(client, clara)
    sign_in(other, aline)
    assert client.post(f"/account/people/{hers}/deactivate").status_code == 303
    assert other.get("/account/security").status_code == 302
    assert "Undo" in client.get("/account/people").text
    assert client.post(f"/account/people/{hers}/reactivate").status_code == 303
    role = client.post(f"/account/people/{hers}/role", data={"role": "viewer"})
    assert role.status_code == 303
    wrong = client.post(f"/account/people/{hers}/role", data={"role": "king"})
    assert wrong.status_code == 400
    assert client.post(f"/account/people/{own}/deactivate").status_code == 409


def test_firms_their_tax_and_their_bank_accounts(client, clara, bea):
    sign_in(client, clara)
    data = {"name": "Bank", "uscc": "91350200776049653B", "tax": "general", "tax_rate": "6"}
    wrong = client.post("/account/entities", data=data)
    assert wrong.status_code == 422
    assert "check digit" in wrong.text
    data["uscc"] = "91350200776049653A"
    assert client.post("/account/entities", data=data).status_code == 303
    code = re.search(r"/account/entities/(LE-\w+)", client.get("/account/entities").text)[1]
    bank = {"bank": "ICBC", "number": "12", "currency": "CNY"}
    page = f"/account/entities/{code}"
    assert client.post(f"{page}/bank-accounts", data=bank).status_code == 422
    bank["number"] = "6222 0202 0001 2345"
    assert client.post(f"{page}/bank-accounts", data=bank).status_code == 303
    tax = {"tax": "exempt", "tax_rate": "0.00", "valid_from": "2020-01-01"}
    assert client.post(f"{page}/tax-statuses", data=tax).status_code == 422
    tax["valid_from"] = "2099-01-01"
    assert client.post(f"{page}/tax-statuses", data=tax).status_code == 303
    shown = client.get(page).text
    assert "2345" in shown
    assert "6222" not in shown
    assert "2099-01-01" in shown

    sign_in(client, bea)
    assert client.get(page).status_code == 404
    assert client.post(f"{page}/bank-accounts", data=bank).status_code == 404


def test_the_trail_is_shown_filtered_verified_and_taken_home(client, clara, bea):
    jiangnan = clara.organisation_id
    sign_in(client, bea)
    invite(client)
    sign_in(client, clara)
    invite(client)
    page = client.get("/account/audit").text
    assert page.count("Invitation sent</th>") == 1
    assert "Clara" in page
    assert "Bea" not in page
    filtered = client.get("/account/audit?action=user.signed_in").text
    assert "Invitation sent</th>" not in filtered
    assert client.get("/account/audit?page=9").status_code == 200

    assert "Nothing is wrong" in client.post("/account/audit/verify").text
    bundle = json.loads(client.get("/account/audit/bundle.json").text)
    assert audit.verify_bundle(bundle) == []
    assert bundle["head"]["chain"] == jiangnan
    assert client.get("/account/audit/bundle.json?chain=system").status_code == 404


def test_a_trail_that_was_tampered_with_is_found_out(client, clara, monkeypatch):
    sign_in(client, clara)
    true_bundle = audit.chain_bundle

    def tampered(*args, **kwargs):
        bundle = true_bundle(*args, **kwargs)
        bundle["events"][0]["body"] = bundle["events"][0]["body"].replace("user", "loser")
        return bundle

    monkeypatch.setattr(audit, "chain_bundle", tampered)
    assert "The chain is broken" in client.post("/account/audit/verify").text


def test_the_platform_sees_every_trail_and_the_systems_own_chain(client, olga, bea):
    sign_in(client, bea)
    invite(client)
    sign_in(client, olga)
    assert "invitation.sent" in client.get("/account/audit").text
    answer = client.post("/account/audit/verify", data={"chain": "system"})
    assert "Nothing is wrong" in answer.text
    assert client.get("/account/audit/bundle.json?chain=system").status_code == 200


def test_notifications_are_shown_and_marked(client, clara):
    from marketplace.notifications import Notification  # noqa: PLC0415

    sign_in(client, clara)
    assert "Nobody has told you anything yet." in client.get("/account/notifications").text
    with acting(SYSTEM):
        event = db.session.scalar(db.select(audit.AuditEvent))
        told = Notification(
            organisation_id=clara.organisation_id,
            event_id=event.id,
            action="placement.offered",
            at=event.occurred_at,
            details={"code": "PL-1"},
        )
        db.session.add(told)
        db.session.commit()
    page = client.get("/account/notifications").text
    assert "Lot offered" in page
    assert "1 unread notification" in page
    client.post("/account/notifications/read")
    assert "unread notification" in client.get("/account/notifications").text
    with acting(SYSTEM):
        assert db.session.get_one(Notification, told.id).read_at is not None


def test_no_page_holds_inline_script_or_style(client, clara_at_home):
    sign_in(client, clara_at_home)
    for path in (
        "security",
        "security/app",
        "security/keys/new",
        "people",
        "entities",
        "audit",
    ):
        page = client.get(f"/account/{path}").text
        assert not re.search(r"<script(?![^>]*(src=|application/json))| style=| on\w+=", page)
