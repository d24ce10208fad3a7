"""The ways a request can be turned down by the business itself."""


class Refusal(Exception):
    """A business rule says no. The message is written for the person who asked.

    `next_step` says what the person can do about it.
    """

    def __init__(self, reason: object, *, next_step: object = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.next_step = next_step

    def __str__(self) -> str:
        return str(self.reason)


class NotFound(Exception):
    """Absent, or not yours: the caller must not learn which."""


class StaleForm(Refusal):
    """Somebody else changed the record after this form was opened."""
