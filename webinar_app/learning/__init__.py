"""Self-paced progress."""
