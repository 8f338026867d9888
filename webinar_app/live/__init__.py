"""The room: page, connection, snapshot, replay, ticks."""
