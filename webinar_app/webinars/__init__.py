"""The sitting: its schedule and zone, its agenda, its phases and its room."""
