"""Foundations that know nothing of debts: database, jobs, money, vault, files, errors."""
