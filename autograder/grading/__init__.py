"""The pipeline: from submitted folders to a log, a gradebook and reports."""

from __future__ import annotations
