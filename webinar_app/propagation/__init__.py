"""Who has which time of a session: what was sent, what arrived, and what their feed last said."""
