"""How people come in and move by other ways than one form: lists, blocks of seats, transfers, requests, duplicates."""
