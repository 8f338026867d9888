"""Outgoing mail: rows of final bytes, delivered by the worker."""
