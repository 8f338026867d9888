"""What the catalogue offers: courses, units and items."""
