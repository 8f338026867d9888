"""Seats, waiting lists and the completion ledger."""
