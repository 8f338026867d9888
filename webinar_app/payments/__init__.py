"""What courses cost, who pays how, and the papers of it."""
