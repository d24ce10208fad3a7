"""The two-sided marketplace: lenders place debt portfolios with vetted agencies.

Calls go down, facts go up: see docs/architecture.md for the one diagram.
"""
