"""The demo world: invented firms and people with a planted truth, and the main job told once.

Everything here is made up and reproducible from a seed. The story takes each step as the right
user, through the features that the pages use.
"""

from marketplace.demo.story import Outcome, Story, tell
from marketplace.demo.world import PASSWORD, build_world, sign_ins, world_exists

__all__ = [
    "PASSWORD",
    "Outcome",
    "Story",
    "build_world",
    "sign_ins",
    "tell",
    "world_exists",
]
