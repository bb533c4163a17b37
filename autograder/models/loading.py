"""Load a model or a tokenizer by name.

The same notebook runs on a shipped model, on a folder and on a model of a hub: only the
name changes. torch and transformers are imported when something is loaded, not before.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from . import shelf
from .errors import MissingLibraryError, UnknownModelError

__all__ = ["load_model", "load_tokenizer"]


def load_model(name: str, device: str = "cpu", dtype: str = "float32") -> Any:
    """Load a causal language model, ready for evaluation.

    Parameters
    ----------
    name
        A shipped model (one of `names()`), a folder, or the id of a model on a hub, which
        contains a slash.
    device
        Where torch puts it.
    dtype
        Name of a torch floating point type. The shipped files hold float16, which is too
        coarse to compute in; they are widened on loading.

    Returns
    -------
    transformers.PreTrainedModel
        The model in evaluation mode.

    Raises
    ------
    UnknownModelError
        Nothing of that name is shipped and it is neither a folder nor a hub id.
    ChangedFilesError
        The files of a shipped model are not the pinned ones.
    MissingLibraryError
        torch or transformers is not installed.
    ValueError
        torch has no floating point type of that name.
    """
    source = _source(name)
    torch = _library("torch")
    kind = getattr(torch, dtype, None)
    if not isinstance(kind, torch.dtype) or not kind.is_floating_point:
        raise ValueError(f"torch has no floating point type named {dtype!r}")
    transformers = _library("transformers")
    with _quiet(transformers):
        model = transformers.AutoModelForCausalLM.from_pretrained(
            source, dtype=kind, use_safetensors=True, trust_remote_code=False
        )
    return model.to(device).eval()


def load_tokenizer(name: str) -> Any:
    """Load the tokenizer of a model, with its chat template.

    Parameters
    ----------
    name
        As for `load_model`.

    Returns
    -------
    transformers.PreTrainedTokenizerBase
        The tokenizer.

    Raises
    ------
    UnknownModelError, ChangedFilesError, MissingLibraryError
        As for `load_model`.
    """
    source = _source(name)
    return _library("transformers").AutoTokenizer.from_pretrained(source, trust_remote_code=False)


@contextlib.contextmanager
def _quiet(transformers: ModuleType) -> Iterator[None]:
    """Draw no progress bar: it goes to the error stream, which costs a test cell its points."""
    logging = transformers.utils.logging
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


def _source(name: str) -> str:
    """Return what transformers is to load for a name."""
    known = shelf.names()
    if name in known:
        shelf.verify_files(name)
        return str(shelf.path(name))
    if "/" in name or Path(name).is_dir():
        return name
    raise UnknownModelError(name, known)


def _library(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        # Anything else that is missing is a broken installation, not ours to explain.
        if error.name != name:
            raise
        raise MissingLibraryError(name) from error
