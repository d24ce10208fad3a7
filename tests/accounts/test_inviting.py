"""Invitations: one, many, and the first of a new organisation."""

from datetime import timedelta

import pytest

from marketplace import accounts
from marketplace.accounts import FileRefused, Kind, LinkSpent, Role
from marketplace.core.db import acting, db
from marketplace.core.errors import NotFound, Refusal
from marketplace.web.security import VISITOR
from tests.accounts.reading import SYSTEM, events, letter_to, letters, token_in
from tests.conftest import NOON, as_user

PASSWORD = "correct horse battery"


def invite(by, email="nina@example.org", role=Role.APPROVER):
    with as_user(by):
        return accounts.invite(email=email, name="Nina", role=role, by=by, now=NOON)


def accept(token, now=NOON):
    with acting(VISITOR):
        return accounts.accept_invitation(
            token, name="Nina N.", password=PASSWORD, locale="en", now=now
        )


def test_the_letter_lets_one_person_in_once(clara):
    invited = invite(clara)
    letter = letter_to("nina@example.org")
    assert invited.link in letter["text"]

    user = accept(token_in(letter))

    assert (user.organisation_id, user.role) == (clara.organisation_id, Role.APPROVER)
    with pytest.raises(LinkSpent):
        accept(token_in(letter))
    assert (events("invitation.sent"), events("invitation.accepted")) == (1, 1)


def test_a_link_is_valid_for_seven_days(clara):
    invite(clara)
    token = token_in(letter_to("nina@example.org"))

    with pytest.raises(LinkSpent):
        accept(token, NOON + timedelta(days=7))
    assert accept(token, NOON + timedelta(days=7, seconds=-1))


def test_a_withdrawn_link_lets_nobody_in_and_a_new_one_replaces_the_old(clara):
    invited = invite(clara)
    first = token_in(letter_to("nina@example.org"))
    with as_user(clara):
        code = invited.invitation.code
        second = accounts.resend_invitation(code, by=clara, now=NOON).link.rpartition("/")[2]
    with pytest.raises(NotFound):
        accept(first)
    with as_user(clara):
        accounts.withdraw_invitation(code, by=clara, now=NOON)
        with pytest.raises(Refusal):
            accounts.resend_invitation(code, by=clara, now=NOON)
    with pytest.raises(LinkSpent):
        accept(second)


def test_another_organisations_invitations_are_not_there(clara, bea, vera):
    code = invite(clara).invitation.code

    for stranger in (bea, vera):
        with as_user(stranger):
            with pytest.raises(NotFound):
                accounts.withdraw_invitation(code, by=stranger, now=NOON)
            with pytest.raises(NotFound):
                accounts.resend_invitation(code, by=stranger, now=NOON)


@pytest.mark.parametrize(
    ("email", "role", "why"),
    [
        ("nina", Role.APPROVER, "not an e-mail"),
        ("nina@example.org", Role.VETTING, "no such role"),
        ("aline@example.org", Role.APPROVER, "signs in with this address"),
        ("NINA@example.org", Role.APPROVER, "invited already"),
    ],
)
def test_what_cannot_be_invited(clara, aline, email, role, why):
    if why == "invited already":
        invite(clara)
    with pytest.raises(Refusal, match=why):
        invite(clara, email, role)


def test_an_address_used_elsewhere_is_told_to_its_holder_and_not_to_the_manager(clara, amy):
    invite(clara, "amy@example.org")

    with pytest.raises(LinkSpent, match="signs in with this address"):
        accept(token_in(letter_to("amy@example.org")))


def test_a_file_invites_everybody_in_it(clara):
    content = "\ufeffEmail,Name,Role\nx@example.org,小张,approver\n\ny@example.org,Y,viewer\n"
    with as_user(clara):
        invited = accounts.invite_many(content.encode(), by=clara, now=NOON)

    assert [i.invitation.name for i in invited] == ["小张", "Y"]
    assert len(letters()) == 2


def test_a_file_from_a_chinese_spreadsheet_is_read(clara):
    with as_user(clara):
        content = "email,name,role\nx@example.org,小张,viewer\n".encode("gb18030")
        invited = accounts.invite_many(content, by=clara, now=NOON)

    assert invited[0].invitation.name == "小张"


def test_a_file_with_faults_names_all_of_them_and_invites_nobody(clara, aline):
    content = (
        "email,name,role\n"
        "good@example.org,Good,viewer\n"
        "bad,Bad,viewer\n"
        "boss@example.org,Boss,emperor\n"
        "good@example.org,Twice,viewer\n"
        "aline@example.org,Aline,viewer\n"
        "noname@example.org,,viewer\n"
    )
    with as_user(clara):
        with pytest.raises(FileRefused) as refused:
            accounts.invite_many(content.encode(), by=clara, now=NOON)

        assert [fault.line for fault in refused.value.faults] == [3, 4, 5, 6, 7]
        assert accounts.invitations_of(clara.organisation_id) == []
    assert letters() == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"email,name\nx@example.org,X\n",
        b"email,name,role\n",
        b'email,name,role\n"x',
        b"\xff\xfe\x00",
        b"x" * 300_000,
        b"email,name,role\n" + b"x@example.org,X,viewer\n" * 501,
    ],
)
def test_a_file_that_cannot_be_read_is_refused(clara, content):
    with as_user(clara), pytest.raises(Refusal):
        accounts.invite_many(content, by=clara, now=NOON)


def open_one(by, **changes):
    particulars = {
        "kind": Kind.AGENCY,
        "short_code": "zhongda",
        "name": "Zhongda",
        "name_zh": "中达",
        "jurisdiction": "CN",
        "manager_email": "mei@example.org",
        "manager_name": "Mei",
        "role": Role.MANAGER,
        **changes,
    }
    return accounts.open_organisation(**particulars, by=by, now=NOON)


def test_staff_open_an_organisation_with_its_first_invitation(vera):
    with as_user(vera):
        organisation, _invited = open_one(vera)
    user = accept(token_in(letter_to("mei@example.org")))

    assert user.organisation_id == organisation.id
    assert user.may(accounts.Permission.USER_INVITE)
    assert events("organisation.opened") == 1


def test_the_operator_opens_the_first_one_of_all(app):
    with acting(SYSTEM):
        organisation, invited = open_one(None, kind=Kind.PLATFORM, role=Role.VETTING)

    assert organisation.kind is Kind.PLATFORM
    assert invited.link in letter_to("mei@example.org")["text"]


@pytest.mark.parametrize(
    "changes",
    [
        {"short_code": "X!"},
        {"short_code": "jiangnan"},
        {"name_zh": " "},
        {"manager_email": "mei"},
        {"role": Role.APPROVER},
    ],
)
def test_what_cannot_be_opened(vera, clara, changes):
    with as_user(vera), pytest.raises(Refusal):
        open_one(vera, **changes)


def test_only_staff_can_open_one(clara):
    from sqlalchemy.exc import ProgrammingError  # noqa: PLC0415

    with pytest.raises(ProgrammingError), db.session.begin_nested(), as_user(clara):
        open_one(clara)
