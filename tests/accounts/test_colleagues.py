"""What a manager changes about colleagues."""

import threading

import pytest

from marketplace import accounts
from marketplace.accounts import Kind, Role
from marketplace.core.db import acting, db
from marketplace.core.errors import NotFound, Refusal
from marketplace.web.security import VISITOR
from tests.conftest import NOON, as_user, person


def signed_in(user, laptop):
    return accounts.open_session(user, browser=laptop, two_factor=True, now=NOON)


def is_in(token):
    with acting(VISITOR):
        return accounts.user_of_session(token, now=NOON) is not None


def test_a_new_role_ends_the_sessions(clara, aline, laptop):
    token = signed_in(aline, laptop)
    with as_user(clara):
        accounts.change_role(aline.code, Role.VIEWER, by=clara, now=NOON)

    assert aline.role is Role.VIEWER
    assert not is_in(token)


def test_a_deactivated_colleague_is_out_at_once_and_can_come_back(clara, aline, laptop):
    token = signed_in(aline, laptop)
    with as_user(clara):
        accounts.deactivate(aline.code, by=clara, now=NOON)
        with pytest.raises(Refusal):
            accounts.deactivate(aline.code, by=clara, now=NOON)
    assert not is_in(token)
    with as_user(clara):
        accounts.reactivate(aline.code, by=clara, now=NOON)
        with pytest.raises(Refusal):
            accounts.reactivate(aline.code, by=clara, now=NOON)
    assert not is_in(token)
    assert is_in(signed_in(aline, laptop))


def test_nobody_changes_themselves_or_another_organisation(clara, bea):
    with as_user(clara):
        for act in (accounts.deactivate, accounts.reactivate):
            with pytest.raises(Refusal, match="their own"):
                act(clara.code, by=clara, now=NOON)
        with pytest.raises(Refusal, match="their own"):
            accounts.change_role(clara.code, Role.VIEWER, by=clara, now=NOON)
        with pytest.raises(NotFound):
            accounts.deactivate(bea.code, by=clara, now=NOON)
        with pytest.raises(NotFound):
            accounts.change_role(bea.code, Role.VIEWER, by=clara, now=NOON)


def test_a_role_of_another_kind_of_organisation_is_refused(clara, aline):
    with as_user(clara), pytest.raises(Refusal, match="no such role"):
        accounts.change_role(aline.code, Role.AUDITOR, by=clara, now=NOON)


def test_the_last_manager_stays(clara, aline):
    """Aline acts as if she were allowed: the guard is the feature's own."""
    with as_user(aline):
        with pytest.raises(Refusal, match="last person"):
            accounts.deactivate(clara.code, by=aline, now=NOON)
        with pytest.raises(Refusal, match="last person"):
            accounts.change_role(clara.code, Role.VIEWER, by=aline, now=NOON)
        accounts.change_role(aline.code, Role.APPROVER, by=clara, now=NOON)


def test_two_managers_cannot_switch_each_other_off_at_once(committed):
    """Two real connections: whoever comes second sees what the first did."""
    first = person("clara", "jiangnan", Kind.LENDER, Role.MANAGER)
    second = person("claude", "jiangnan", Kind.LENDER, Role.MANAGER)
    db.session.commit()
    ready, outcomes = threading.Barrier(2), []

    def switch_off(me: int, other: str) -> None:
        with committed.app_context():
            with acting(VISITOR):
                by = accounts.user_by_id(me)
                db.session.commit()
            with as_user(by):
                ready.wait()
                try:
                    accounts.deactivate(other, by=by, now=NOON)
                    db.session.commit()
                    outcomes.append("done")
                except Refusal:
                    db.session.rollback()
                    outcomes.append("refused")

    threads = [
        threading.Thread(target=switch_off, args=(first.id, second.code)),
        threading.Thread(target=switch_off, args=(second.id, first.code)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["done", "refused"]
