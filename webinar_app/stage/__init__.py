"""What stands on the stage."""
