"""What no text has is turned away at the door, and never reaches the database."""

import pytest
from flask import Flask

from marketplace.accounts import User
from tests.conftest import client_of


@pytest.mark.parametrize(
    "address",
    ["/lender/cases/?q=%00", "/lender/cases/CS-%00", "/lender/cases/?%00=1"],
)
def test_an_address_with_a_zero_byte_is_a_bad_request(
    app: Flask, clara: User, address: str
) -> None:
    assert client_of(app, clara).get(address).status_code == 400


@pytest.mark.parametrize("grace", ["²", "9" * 30, "9" * 5_000, "--5", "1.5", "\0"])
def test_a_whole_number_is_one_or_refused(app: Flask, clara: User, grace: str) -> None:
    form = {
        "name": "Core\0", "contents": "balances", "semantics": "delta", "currency": "CNY",
        "portfolio": "", "weekday": ["0"], "due_time": "18:30", "time_zone": "Asia/Shanghai",
        "grace_minutes": grace, "days_off": "", "days_on": "",
    }  # fmt: skip
    answer = client_of(app, clara).post("/lender/feeds/", data=form)
    assert answer.status_code == 422
    assert "must be a whole number" in answer.text
    good = client_of(app, clara).post("/lender/feeds/", data=form | {"grace_minutes": "5"})
    assert good.status_code == 303
