"""Self-paced progress: pages to read, and what is marked as read."""
