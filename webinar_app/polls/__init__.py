"""Polls in the room: ballots, tallies and who may see them."""
