"""One submission: papermill engine, kernel, checker, probe."""

from __future__ import annotations
