"""The fixtures of nbgrader's own suite."""

from __future__ import annotations

from nbgrader.tests.apps.conftest import (  # noqa: F401
    cache,
    course_dir,
    db,
    env,
    exchange,
    fake_home_dir,
    jupyter_config_dir,
    jupyter_data_dir,
    temp_cwd,
)
