"""The shapes are the pinned client's own, and refuse what does not fit them."""

import pytest

from tests.stripe_server import schema


def faults(method: str, path: str, given: dict) -> list[str]:
    known = schema.endpoint(method, path)
    assert known is not None
    return list(known.parameters.faults(known.parameters.read(given)))


def test_every_endpoint_of_the_client_is_found() -> None:
    assert schema.endpoint_count() == 647
    assert schema.endpoint("POST", "/v1/no_such_thing") is None
    found = schema.endpoint("POST", "/v1/transfers/tr_1/reversals")
    assert found is not None
    assert found.path == "/v1/transfers/{id}/reversals"


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"currency": "usd"}, ".destination: missing"),
        ({"currency": "usd", "destination": "a", "amount": "1.5"}, ".amount: '1.5' is not int"),
        ({"currency": "usd", "destination": "a", "sum": "1"}, ".sum: unknown parameter"),
        ({"currency": "usd", "destination": "a", "source_type": "cash"}, "is none of"),
        ({"currency": "usd", "destination": "a", "metadata": "x"}, ".metadata: not a table"),
    ],
)
def test_wrong_parameters_are_named(given: dict, word: str) -> None:
    assert any(word in fault for fault in faults("POST", "/v1/transfers", given))


def test_text_of_a_form_is_read_as_its_type() -> None:
    known = schema.endpoint("POST", "/v1/accounts")
    assert known is not None
    read = known.parameters.read({"capabilities": {"transfers": {"requested": "true"}}})
    assert read == {"capabilities": {"transfers": {"requested": True}}}
    assert list(known.parameters.faults(read)) == []
    deep = {"capabilities": {"transfers": {"requested": "perhaps"}}}
    assert faults("POST", "/v1/accounts", deep) == [
        ".capabilities.transfers.requested: 'perhaps' is not bool"
    ]


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v1/invoices"), ("GET", "/v1/disputes/du_1"), ("GET", "/v1/charges/ch_1")],
)
def test_an_answer_is_checked_down_to_its_parts(method: str, path: str) -> None:
    known = schema.endpoint(method, path)
    assert known is not None
    answer = known.answer.blank()
    assert list(known.answer.faults(answer)) == []
    assert list(known.answer.faults(answer | {"currency": 5})) == [".currency: 5 is not str"]
    del answer["metadata"], answer["object"]
    assert ".object: missing" in list(known.answer.faults(answer))
