"""A student's place: the folders and the configuration of a JupyterLab of their own."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["CHECKOUT", "Place"]

CHECKOUT = Path(__file__).resolve().parent.parent
NEWS = "@jupyterlab/apputils-extension:notification"
NBGRADER = "@jupyter/nbgrader"
"""nbgrader's extension of the Lab: tools of instructors, and a second list of assignments."""
FORMGRADER = "nbgrader.server_extensions.formgrader"
"""Says with an error that a student's folder is no course."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a student works, and where their Lab keeps what is its own.

    Parameters
    ----------
    desk : Path
        What the file browser shows.
    own : Path
        For Jupyter's folders of configuration, data and running servers.
    exchange : Path
        Of nbgrader.
    student : str
    cache : Path or None
        Where nbgrader keeps the student's copies of what they handed in; by default with
        Jupyter's data.
    notice : str
        Shown in the side panel.
    """

    desk: Path
    own: Path
    exchange: Path
    student: str
    cache: Path | None = None
    notice: str = ""

    @property
    def config(self) -> Path:
        """Jupyter's folder of configuration."""
        return self.own / "config"

    @property
    def data(self) -> Path:
        """Jupyter's folder of data."""
        return self.own / "data"

    @property
    def remembered(self) -> Path:
        """What the classroom remembers of the student."""
        return self.data / "llm-classroom"

    def prepare(self) -> None:
        """Make the folders, and write the configuration anew."""
        for folder in (self.desk, self.config, self.data, self.own / "runtime"):
            folder.mkdir(parents=True, exist_ok=True)
        # In Python, where nbgrader's own commands look first.
        lines = [
            "c = get_config()  # noqa: F821",
            f"c.Exchange.root = {str(self.exchange)!r}",
            f"c.CourseDirectory.student_id = {self.student!r}",
        ]
        if self.cache is not None:
            lines.append(f"c.Exchange.cache = {str(self.cache)!r}")
        (self.config / "nbgrader_config.py").write_text("\n".join(lines) + "\n", "utf-8")
        self._write(
            "jupyter_server_config.json",
            {
                "ServerApp": {
                    "root_dir": str(self.desk),
                    "jpserver_extensions": {"llm_classroom": True, FORMGRADER: False},
                    "allow_root": True,
                    # Ctrl-C ends it without a question.
                    "answer_yes": True,
                },
                "ClassroomApp": {"notice": self.notice},
            },
        )
        # No request to elsewhere: neither for news, nor for a list of extensions.
        self._write(
            "jupyter_lab_config.json",
            {
                "LabApp": {
                    "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
                    "extension_manager": "readonly",
                    "news_url": None,
                }
            },
        )
        self.load_nbgrader(False)
        self.set(NEWS, {"fetchNews": "false", "checkForUpdates": False})
        link = self.own / "share" / "labextensions" / "llm-classroom"
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        # An installation copies the bundle; this is the one that the checkout has now.
        link.symlink_to(CHECKOUT / "extension" / "llm_classroom" / "labextension")

    def set(self, plugin: str, settings: Mapping[str, Any]) -> None:
        """Write a plug-in's settings, as the settings editor does.

        Parameters
        ----------
        plugin : str
            Such as ``@jupyterlab/apputils-extension:themes``.
        settings : mapping
        """
        package, _, name = plugin.partition(":")
        where = Path("lab", "user-settings", package, f"{name}.jupyterlab-settings")
        self._write(where, dict(settings))

    def load_nbgrader(self, loaded: bool) -> None:
        """Let the Lab load nbgrader's extension, or not; a page that is opened anew goes by it."""
        self._write("labconfig/page_config.json", {"disabledExtensions": {NBGRADER: not loaded}})

    def environment(self) -> dict[str, str]:
        """Return the environment of the Lab."""
        scripts = os.path.dirname(sys.executable)
        jupyter = (str(self.own / "share"), os.environ.get("JUPYTER_PATH", ""))
        return {
            **os.environ,
            "PATH": os.pathsep.join([scripts, os.environ.get("PATH", os.defpath)]),
            "JUPYTER_CONFIG_DIR": str(self.config),
            "JUPYTER_DATA_DIR": str(self.data),
            "JUPYTER_RUNTIME_DIR": str(self.own / "runtime"),
            "JUPYTER_PATH": os.pathsep.join(filter(None, jupyter)),
        }

    def command(self, *options: str) -> list[str]:
        """Return the command that starts the Lab."""
        return [sys.executable, "-m", "jupyterlab", *options]

    def _write(self, where: str | Path, data: Mapping[str, Any]) -> None:
        path = self.config / where
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(data, indent=1) + "\n", "utf-8")
