"""Completion, credit, and the certificate that follows from them."""
