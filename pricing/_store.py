"""What was learned, as JSON with the trees in LightGBM's own text; never pickle."""

import dataclasses
from typing import Any

import lightgbm
import numpy as np

from pricing._factor import Factor
from pricing._features import Features
from pricing._glm import MapGlm
from pricing._hurdle import Hurdle, Spread
from pricing._learned import Core, Learned
from pricing._pace import Pace
from pricing._past import Past
from pricing._tape import refuse_protected


def to_json(learned: Learned) -> dict[str, Any]:
    """Write as what JSON can hold."""
    core, hurdle = learned.core, learned.core.hurdle
    trees = None
    if hurdle is not None:
        trees = {
            "pays": hurdle.pays.model_to_string(),
            "amount": hurdle.amount.model_to_string(),
        }
    return {
        "features": dataclasses.asdict(learned.features),
        "share": core.share,
        "numeric": core.numeric,
        "glm": {name: value.tolist() for name, value in vars(core.glm).items()},
        "trees": trees,
        "spread": {name: value.tolist() for name, value in vars(learned.spread).items()},
        "factor": dataclasses.asdict(learned.factor),
        "past": learned.past.to_json(),
        "n_outcomes": learned.n_outcomes,
        "n_lots": learned.n_lots,
        "pace": {name: value.tolist() for name, value in vars(learned.pace).items()},
        "importance": learned.importance,
    }


def from_json(content: dict[str, Any]) -> Learned:
    """Read what `to_json` wrote.

    Raises
    ------
    ValueError
        If the trees cannot be read, or a feature is a protected attribute.
    KeyError, TypeError
        If something is missing or misplaced.
    """
    hurdle = None
    if content["trees"] is not None:
        hurdle = Hurdle(
            _booster(content["trees"]["pays"]), _booster(content["trees"]["amount"])
        )
    held = content["features"]
    features = Features(
        tuple(held["numeric"]),
        {name: tuple(known) for name, known in held["categories"].items()},
        {name: (float(low), float(high)) for name, (low, high) in held["ranges"].items()},
    )
    refuse_protected((*features.numeric, *features.categories), "the model")
    glm = MapGlm(**{name: np.array(value, float) for name, value in content["glm"].items()})
    spread = {name: np.array(value, float) for name, value in content["spread"].items()}
    pace = Pace(**{name: np.array(value, float) for name, value in content["pace"].items()})
    return Learned(
        features=features,
        core=Core(float(content["share"]), glm, hurdle, int(content["numeric"])),
        spread=Spread(**spread),
        factor=Factor(**content["factor"]),
        past=Past.from_json(content["past"]),
        n_outcomes=int(content["n_outcomes"]),
        n_lots=int(content["n_lots"]),
        pace=pace,
        importance={str(name): float(part) for name, part in content["importance"].items()},
    )


def _booster(text: str) -> lightgbm.Booster:
    try:
        return lightgbm.Booster(model_str=text)
    except lightgbm.basic.LightGBMError as error:
        raise ValueError(f"the file does not hold trees: {error}") from error
