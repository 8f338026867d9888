"""Use cases of attendance: the ledger of presence, and what is made of it."""
