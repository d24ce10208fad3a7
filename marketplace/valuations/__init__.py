"""Valuations: what books are worth, by which model, and how well that held.

A model of a market on its way into force:

    unfit    fitted --nominate--> nominated --activate, by a second person--> active
               ^                      |                                          |
               +------- withdraw -----+                    next activation, or back again
                                                                  retired <------+
"""

from marketplace.valuations.following import (
    checks_of,
    follow_portfolios,
    publish_coverage,
    published_coverage,
    revalue_portfolio,
)
from marketplace.valuations.histograms import DIMENSIONS, Distribution, read_distribution
from marketplace.valuations.learning import refit, refit_market, refit_models
from marketplace.valuations.models import (
    BandCheck,
    CoverageFigure,
    ModelStatus,
    Valuation,
    ValuationKind,
    ValuationModel,
)
from marketplace.valuations.papers import valuation_pdf, valuation_workbook
from marketplace.valuations.registry import (
    activate,
    active_version,
    nominate,
    version_by_code,
    versions,
    withdraw,
)
from marketplace.valuations.requesting import (
    history_of,
    latest_revaluation,
    latest_valuation,
    owned_valuation,
    request_distribution_value,
    request_valuation,
    valuation_under_way,
    valuations_of,
)
from marketplace.valuations.valuing import run_valuation

__all__ = [
    "DIMENSIONS",
    "BandCheck",
    "CoverageFigure",
    "Distribution",
    "ModelStatus",
    "Valuation",
    "ValuationKind",
    "ValuationModel",
    "activate",
    "active_version",
    "checks_of",
    "follow_portfolios",
    "history_of",
    "latest_revaluation",
    "latest_valuation",
    "nominate",
    "owned_valuation",
    "publish_coverage",
    "published_coverage",
    "read_distribution",
    "refit",
    "refit_market",
    "refit_models",
    "request_distribution_value",
    "request_valuation",
    "revalue_portfolio",
    "run_valuation",
    "valuation_pdf",
    "valuation_under_way",
    "valuation_workbook",
    "valuations_of",
    "version_by_code",
    "versions",
    "withdraw",
]
