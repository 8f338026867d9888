"""Use cases of evaluations: a form opens, is answered in secret, and closes."""
