"""Adapters to the world: database, jobs, mail, files, time of the process. No Flask here."""
