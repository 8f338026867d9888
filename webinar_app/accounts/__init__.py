"""People, sign-in, roles, notices."""
