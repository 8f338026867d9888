"""Use cases of lists, blocks, transfers, requests and duplicates, a module each."""
