"""Use cases of polls: prepared before the session, run in it, and voted in."""
