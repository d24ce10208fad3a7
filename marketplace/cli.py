"""The operator's door: set up, migrate, work, verify."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add the operator's commands."""
