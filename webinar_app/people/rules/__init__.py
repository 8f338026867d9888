"""Decisions about lists, blocks, transfers, requests and duplicates, a module each."""
