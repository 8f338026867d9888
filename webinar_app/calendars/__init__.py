"""What goes into people's own calendars: invites, updates, cancellations, files, feeds and links."""
