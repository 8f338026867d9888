"""Evaluation forms, secret responses and their summaries."""
