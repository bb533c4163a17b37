"""nbgrader lives here and nowhere else: release, collect, sanitize, record, exchange, export."""

from __future__ import annotations
