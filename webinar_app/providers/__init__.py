"""The organisation behind a course: policies, approvals and rule packs."""
