"""Pages that join features: catalogue, course page, My learning, coordinator's day and calendar."""
