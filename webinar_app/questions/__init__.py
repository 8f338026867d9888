"""Questions of the audience, their votes and their answers."""
