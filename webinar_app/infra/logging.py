"""Logs as events with fields, one line each; never names, addresses, tokens or answers."""

import logging
import sys


def start(level: str) -> None:
    """Send this process's log to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("engineio", "socketio", "weasyprint", "fontTools", "alembic.runtime.migration"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
