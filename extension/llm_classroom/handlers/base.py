"""What every handler shares: decoding, errors, answers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from jupyter_server.base.handlers import APIHandler
from jupyter_server.extension.handler import ExtensionHandlerMixin
from tornado import web

from autograder.errors import ClassroomError
from llm_classroom.errors import problem

if TYPE_CHECKING:
    from llm_classroom.classroom import Classroom

__all__ = ["ClassroomHandler"]

MOST_BODY = 1 << 20
"""Bytes of a request's body: an exported progress is the largest, with some 20 kB."""


class ClassroomHandler(ExtensionHandlerMixin, APIHandler):
    """Base of the handlers.

    Every verb of a subclass carries ``@web.authenticated`` and ``@authorized``. ``authorized``
    keeps the resource of the first request that it sees, so it decorates the verbs of the concrete
    classes and none here.
    """

    auth_resource = "llm-classroom"

    @property
    def classroom(self) -> Classroom:
        """The classroom that this server is."""
        return cast("Classroom", self.settings["llm_classroom_classroom"])

    def reply(self, data: Any, status: int = 200) -> None:
        """Answer with JSON."""
        self.set_status(status)
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(data))

    def body(self, *required: str) -> dict[str, Any]:
        """Decode a JSON object from the request.

        Parameters
        ----------
        *required : str
            Keys that must be there, each with a text that is not empty; no others may.

        Raises
        ------
        tornado.web.HTTPError
            400, if it is no such object.
        """
        if len(self.request.body) > MOST_BODY:
            raise web.HTTPError(413, f"The request has more than {MOST_BODY} bytes.")
        try:
            found = json.loads(self.request.body)
        except (ValueError, RecursionError):
            raise web.HTTPError(400, "The request's body is no JSON.") from None
        if not isinstance(found, dict):
            raise web.HTTPError(400, "The request's body must be a JSON object.")
        if required:
            unknown = sorted(set(found) - set(required))
            if unknown:
                raise web.HTTPError(400, f"The request has an unknown key: {unknown[0][:80]!r}.")
            for key in required:
                if not isinstance(found.get(key), str) or not found[key]:
                    raise web.HTTPError(400, f"The request needs {key!r}, a text.")
        return found

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer with what is wrong; an error of ours knows its status and its text."""
        error = (kwargs.get("exc_info") or (None, None))[1]
        if status_code == 405:
            self.set_header("Allow", ", ".join(self._verbs()))
        if not isinstance(error, ClassroomError):
            super().write_error(status_code, **kwargs)
            return
        self.log.info("%s %s: %s", self.request.method, self.request.path, error)
        self.reply({**problem(error), "reason": None}, status=error.status)

    def _verbs(self) -> list[str]:
        missing = web.RequestHandler._unimplemented_method
        return [
            verb
            for verb in self.SUPPORTED_METHODS
            if getattr(type(self), verb.lower()) is not missing
        ]

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Keep a traceback for what is a mistake of ours only."""
        if not isinstance(value, ClassroomError):
            super().log_exception(typ, value, tb)
