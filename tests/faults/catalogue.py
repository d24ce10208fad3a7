"""Every attack on the books, and the tables whose guards must turn one down each."""

from tests.attacking import Attacks
from tests.casework import attacks as casework
from tests.faults import attacks as foundations
from tests.intake import attacks as intake
from tests.ledger import attacks as ledger
from tests.rails import attacks as rails
from tests.settlement import attacks as settlement
from tests.settlement import attacks_on_debts as debts
from tests.settlement import attacks_on_payment as payment

_AREAS = (ledger, settlement, payment, debts, casework, intake, rails, foundations)

TABLES: list[str] = [table for area in _AREAS for table in area.TABLES]
ATTACKS: Attacks = {}
for _area in _AREAS:
    assert not (twice := ATTACKS.keys() & _area.ATTACKS.keys()), twice
    ATTACKS |= _area.ATTACKS
