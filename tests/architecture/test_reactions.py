"""The tables of reactions and tasks match what features record and defer."""

import re
from pathlib import Path

from marketplace.reactions import PERIODIC, REACTIONS, TASKS
from marketplace.web.vocabulary import ACTIONS

ROOT = Path(__file__).parents[2] / "marketplace"
SOURCE = "".join(path.read_text() for path in sorted(ROOT.rglob("*.py")))
RECORDED = set(re.findall(r'record\(\s*"([a-z_]+\.[a-z_]+)"', SOURCE)) | set(
    re.findall(r'_record\(\s*"([a-z_]+\.[a-z_]+)"', SOURCE)
)
DEFERRED = set(re.findall(r'jobs\.enqueue(?:_once)?\(\s*"([a-z ]+)"', SOURCE))


def test_every_reaction_answers_an_event_that_some_feature_records():
    assert set(REACTIONS) <= RECORDED


def test_every_deferred_job_has_a_task():
    assert set(TASKS) >= DEFERRED
    assert set(PERIODIC) <= set(TASKS)


def test_every_event_has_a_name_for_people():
    assert RECORDED - set(ACTIONS) == set()
