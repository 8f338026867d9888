"""Use cases of calendars: letters with entries, and a person's own choices."""
