"""Keep one import out of every process of ours.

``jsonschema`` imports ``rfc3987_syntax`` where it is installed, and JupyterLab installs it. That
module builds a grammar when it is imported, which takes 1.5 CPU seconds; it checks the format
``iri`` of a JSON schema, which no schema that we or nbformat validate against uses.
"""

from __future__ import annotations

import sys

__all__ = ["skip_slow_imports"]


def skip_slow_imports() -> None:
    """Have ``import rfc3987_syntax`` fail in this process, as if it were not installed."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
