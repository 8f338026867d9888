"""Named reads of lists, blocks, transfers, requests and duplicates, a module each."""
