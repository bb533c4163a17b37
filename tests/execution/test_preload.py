"""What a warm process imports before it is forked into checkers."""

from __future__ import annotations

from pathlib import Path

from autograder.execution.preload import ALWAYS, imports_of, kernel_preload, preload_for


def test_every_kind_of_import_is_found_wherever_it_stands() -> None:
    source = "import a.b as c\nfrom d import e\ndef f():\n    from g.h import i\nfrom . import j"
    assert imports_of(source) == {"a.b", "d", "d.e", "g.h", "g.h.i"}


def test_what_cannot_be_parsed_imports_nothing() -> None:
    assert imports_of("import (") == set()
    assert imports_of("import a\x00") == set()


def test_a_light_course_preloads_nothing_heavy() -> None:
    check = "from autograder.checks import question, Finding\nimport json"
    assert preload_for([check]) == ALWAYS
    assert preload_for([]) == ALWAYS


def test_a_check_and_its_oracle_name_what_is_heavy(tmp_path: Path) -> None:
    package = tmp_path / "grader" / "deep"
    package.mkdir(parents=True)
    (package / "oracle.py").write_text("import numpy.linalg")
    (tmp_path / "unrelated.py").write_text("import scipy")
    assert preload_for(["import json"], tmp_path) == (*ALWAYS, "numpy")
    (tmp_path / "grader.py").write_text("import torch")
    assert preload_for(["import json"], tmp_path) == (*ALWAYS, "numpy", "torch")


def test_a_module_of_ours_counts_with_what_it_imports() -> None:
    names = preload_for(["from autograder.checks import quantization"])
    assert "numpy" in names


def test_a_library_that_is_not_heavy_is_left_out() -> None:
    assert preload_for(["import no_such_library", "import pandas_of_another_name"]) == ALWAYS


def test_a_kernel_preloads_what_the_instructors_cells_import() -> None:
    cells = [
        "%matplotlib inline\nimport json\nfrom xml import dom",
        "import nowhere_at_all",
        "def (",
    ]
    assert kernel_preload(cells) == ("json", "xml", "xml.dom")
