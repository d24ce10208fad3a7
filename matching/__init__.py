"""Who gets which cases, with proof.

A book of cases is split among collection agencies so that the expected net recovery is
greatest while capacities, minimum lots and licences hold. Every split carries a certificate
that anyone can recheck without a solver.

>>> import matching
>>> problem = matching.Problem(
...     balance=[900, 500, 100], segment=[0, 0, 0], value_rate=[[5, 4]], capacity=[1, 2]
... )
>>> split = matching.assign(problem, seed=1)
>>> split.agency
array([0, 1, 1])
>>> split.value, split.gap
(6900, 0)
>>> bool(matching.verify(problem, split.certificate))
True
"""

from matching._assignment import assign
from matching._certificate import Certificate
from matching._conflict import Conflict, Infeasible, conflict
from matching._margins import marginal_values, would_have_won
from matching._problem import RETAINED, Problem
from matching._reasons import AgencyReason, CaseReason, explain
from matching._shrinkage import Rates, shrink
from matching._split import Split
from matching._verification import Verdict, verify

__all__ = [
    "RETAINED",
    "AgencyReason",
    "CaseReason",
    "Certificate",
    "Conflict",
    "Infeasible",
    "Problem",
    "Rates",
    "Split",
    "Verdict",
    "assign",
    "conflict",
    "explain",
    "marginal_values",
    "shrink",
    "verify",
    "would_have_won",
]
