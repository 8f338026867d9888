"""The demonstration: five courses, a provider and people as data files, and a synthetic audience."""
