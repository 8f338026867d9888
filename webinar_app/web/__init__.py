"""HTTP and socket plumbing that every edge shares."""
