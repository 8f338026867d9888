"""Messages in the room."""
