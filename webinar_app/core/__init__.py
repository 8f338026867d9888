"""Plain values and decisions that every layer may use; standard library only."""
