"""A package, so that what its files share ends with it."""
