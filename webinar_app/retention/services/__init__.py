"""Use cases of forgetting: when, what, what is held back, and erasing a person."""
