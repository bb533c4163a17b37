"""A model's name -> its files, and the model that they hold."""

from __future__ import annotations

from .errors import ChangedFilesError, MissingLibraryError, ModelsError, UnknownModelError
from .loading import load_model, load_tokenizer
from .shelf import names, path, verify_files

__all__ = [
    "ChangedFilesError",
    "MissingLibraryError",
    "ModelsError",
    "UnknownModelError",
    "load_model",
    "load_tokenizer",
    "names",
    "path",
    "verify_files",
]
