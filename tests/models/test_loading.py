from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograder.models import (
    MissingLibraryError,
    UnknownModelError,
    load_model,
    load_tokenizer,
    path,
)


def test_an_unknown_model_is_refused_before_anything_is_imported(without_libraries: None) -> None:
    with pytest.raises(UnknownModelError, match="Did you mean 'tiny-base'"):
        load_model("tiny_base")
    with pytest.raises(UnknownModelError):
        load_tokenizer("tiny_base")


def test_a_missing_library_is_named_with_the_command_that_installs_it(
    without_libraries: None,
) -> None:
    with pytest.raises(MissingLibraryError, match=r'pip install "llm-classroom\[llm\]"') as caught:
        load_model("tiny-base")
    assert isinstance(caught.value, ImportError)
    assert caught.value.module == "torch"
    with pytest.raises(MissingLibraryError, match="transformers"):
        load_tokenizer("tiny-base")


def test_a_shipped_model_is_loaded_as_float32_for_evaluation(model: Any) -> None:
    import torch

    assert {p.dtype for p in model.parameters()} == {torch.float32}
    assert not model.training
    assert model.num_parameters() == 2_623_744


def test_another_dtype_may_be_asked_for(model: Any) -> None:
    import torch

    assert load_model("tiny-base", dtype="bfloat16").dtype == torch.bfloat16


@pytest.mark.parametrize("dtype", ["int8", "float31", "nn"])
def test_what_is_no_floating_point_type_is_refused(model: Any, dtype: str) -> None:
    with pytest.raises(ValueError, match=dtype):
        load_model("tiny-base", dtype=dtype)


def test_a_folder_is_loaded_as_it_is(model: Any, tmp_path: Path) -> None:
    model.save_pretrained(tmp_path / "mine")
    loaded = load_model(str(tmp_path / "mine"))
    for ours, theirs in zip(model.parameters(), loaded.parameters(), strict=True):
        assert ours.equal(theirs)
    assert load_tokenizer(str(path("tiny-base"))).vocab_size == 1024
