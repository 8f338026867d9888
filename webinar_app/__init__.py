"""Rostrum: live webinars that end in a trustworthy certificate."""

__version__ = "0.1.0"
