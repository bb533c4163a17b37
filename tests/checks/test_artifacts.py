"""Reading files that a run wrote, hostile ones too."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from autograder.checks.artifacts import read_json, read_safetensors, safetensors_header
from autograder.checks.errors import NotAttempted, StudentError, UnacceptableValue

TENSORS = {
    "weight": torch.arange(6, dtype=torch.bfloat16).reshape(2, 3) / 7,
    "scale": torch.tensor(0.5, dtype=torch.float16),
    "codes": torch.tensor([-127, 0, 127], dtype=torch.int8),
    "mask": torch.tensor([True, False]),
    "empty": torch.empty(0, 4),
    "double": torch.ones(1, dtype=torch.float64),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "model.safetensors"
    save_file(TENSORS, path, metadata={"format": "pt"})
    return path


def write(path: Path, header: Any, data: bytes = b"", length: int | None = None) -> Path:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    size = len(text) if length is None else length
    path.write_bytes(size.to_bytes(8, "little") + text + data)
    return path


def entry(begin: int, end: int, dtype: str = "U8", shape: Any = None) -> dict[str, Any]:
    return {
        "dtype": dtype,
        "shape": [end - begin] if shape is None else shape,
        "data_offsets": [begin, end],
    }


def test_tensors_come_back_as_they_were_saved(path: Path) -> None:
    read = read_safetensors(path, framework="torch")
    assert set(read) == set(TENSORS)
    for name, tensor in TENSORS.items():
        assert read[name].dtype == tensor.dtype and torch.equal(read[name], tensor)


def test_numpy_gets_bfloat16_widened_without_loss(path: Path) -> None:
    read = read_safetensors(path)
    assert read["weight"].dtype == np.float32
    assert np.array_equal(read["weight"], TENSORS["weight"].float().numpy())
    assert read["scale"].shape == () and read["scale"].dtype == np.float16
    assert read["codes"].tolist() == [-127, 0, 127] and read["codes"].dtype == np.int8
    assert read["empty"].shape == (0, 4) and read["mask"].tolist() == [True, False]


def test_the_header_tells_types_shapes_and_bytes(path: Path) -> None:
    header = safetensors_header(path)
    weight = header["weight"]
    assert (weight.dtype, weight.shape, weight.nbytes) == ("bfloat16", (2, 3), 12)
    assert sum(info.nbytes for info in header.values()) == 12 + 2 + 3 + 2 + 8


def test_float8_is_for_torch_only(tmp_path: Path) -> None:
    path = tmp_path / "f8"
    save_file({"x": torch.ones(2).to(torch.float8_e4m3fn)}, path)
    assert read_safetensors(path, framework="torch")["x"].dtype == torch.float8_e4m3fn
    with pytest.raises(UnacceptableValue, match="float8_e4m3fn"):
        read_safetensors(path)


@pytest.mark.parametrize(
    ("header", "data", "text"),
    [
        ({"a": entry(0, 4), "b": entry(2, 6)}, b"123456", "overlap"),
        ({"a": entry(0, 4), "b": entry(0, 4)}, b"1234", "overlap"),
        ({"a": entry(0, 2), "b": entry(4, 6)}, b"123456", "leave a gap"),
        ({"a": entry(2, 4)}, b"1234", "leave a gap"),
        ({"a": entry(0, 4)}, b"123", "cut short"),
        ({"a": entry(0, 2**40)}, b"123", "cut short"),
        ({"a": entry(0, 4)}, b"12345", "longer than its tensors"),
        ({"a": entry(4, 0, shape=[4])}, b"1234", "other bytes"),
        ({"a": entry(0, 4, "F32", [4])}, b"1234", "other bytes"),
        ({"a": entry(-4, 0)}, b"", "where its tensor"),
        ({"a": entry(0, 4, "OBJECT")}, b"1234", "unknown type"),
        ({"a": entry(0, 4, shape=[-4])}, b"1234", "impossible shape"),
        ({"a": entry(0, 4, shape=[True] * 4)}, b"1234", "impossible shape"),
        ({"a": entry(0, 0, shape=[2**40, 2**40, 0])}, b"", "impossible shape"),
        ({"a": entry(0, 0, shape=[0, 2**62])}, b"", "impossible shape"),
        ({"a": entry(0, 1, shape=[1] * 100_000)}, b"1", "impossible shape"),
        ({"a": entry(0, 4, shape="4")}, b"1234", "impossible shape"),
        ({"a": {**entry(0, 4), "more": 1}}, b"1234", "does not describe"),
        ({"a": [0, 4]}, b"1234", "does not describe"),
        ({"a" * 600: entry(0, 4)}, b"1234", "a name of 600"),
        ({"a": {**entry(0, 4), "data_offsets": [0, 4.0]}}, b"1234", "where its tensor"),
        ({"a": {**entry(0, 4), "data_offsets": [0]}}, b"1234", "where its tensor"),
        ({"a": entry(0, 1, "BOOL")}, b"\x02", "booleans"),
        (b'{"a": 1, "a": 2}', b"", "not valid JSON"),
        (b"[" * 100_000, b"", "not valid JSON"),
        (b"\xff\xff", b"", "not valid JSON"),
        ([], b"", "no table"),
        ({f"t{i}": entry(0, 0) for i in range(10_001)}, b"", "10,001 tensors"),
        ({"\x1b[31m\n": entry(0, 4, "OBJECT")}, b"1234", "tensor '' of an unknown"),
    ],
)
def test_a_file_that_does_not_hold_together_is_refused(
    tmp_path: Path, header: Any, data: bytes, text: str
) -> None:
    path = write(tmp_path / "bad", header, data)
    with pytest.raises(UnacceptableValue, match=text):
        read_safetensors(path)


@pytest.mark.parametrize("length", [5, 2**20, 2**32, 2**63, 2**64 - 1])
def test_a_header_larger_than_its_file_is_never_allocated(tmp_path: Path, length: int) -> None:
    with pytest.raises(UnacceptableValue, match="announces a header"):
        safetensors_header(write(tmp_path / "bad", b"{}", length=length))


def test_a_header_of_many_megabytes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnacceptableValue, match="announces a header of 5,000,000"):
        safetensors_header(write(tmp_path / "bad", b" " * 5_000_000))


def test_a_truncated_file_is_refused_wherever_it_ends(path: Path) -> None:
    whole = path.read_bytes()
    for end in (0, 7, 8, 100, len(whole) - 1):
        path.write_bytes(whole[:end])
        with pytest.raises(UnacceptableValue):
            read_safetensors(path)


def test_links_folders_and_pipes_are_refused(tmp_path: Path, path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(path)
    with pytest.raises(UnacceptableValue, match="'link' is a link"):
        read_safetensors(link)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for special in (pipe, tmp_path, Path("/dev/zero")):
        with pytest.raises(UnacceptableValue, match="no regular file"):
            read_safetensors(special)


def test_a_file_that_was_not_saved_is_not_attempted(tmp_path: Path) -> None:
    with pytest.raises(NotAttempted, match="'model.safetensors' was not saved"):
        read_safetensors(tmp_path / "model.safetensors")


def test_too_large_a_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(UnacceptableValue, match="bytes; 536,870,912 are allowed"):
        read_safetensors(path)
    with pytest.raises(UnacceptableValue, match="are allowed"):
        read_json(path)


@settings(deadline=None, max_examples=200, database=None)
@given(st.data())
def test_any_damage_to_a_file_is_a_value_or_an_error_of_the_students(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged"
    save_file({"a": torch.ones(3), "b": torch.ones(2, dtype=torch.bool)}, path)
    raw = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(raw)
    try:
        read_safetensors(path)
    except StudentError as error:
        assert "\x1b" not in str(error)


def test_json_is_read_within_bounds(tmp_path: Path) -> None:
    path = tmp_path / "adapter_config.json"
    path.write_text('{"r": 8}')
    assert read_json(path) == {"r": 8}
    for bad in ("{", "[" * 100_000, "1" * 5000):
        path.write_text(bad)
        with pytest.raises(UnacceptableValue, match="not valid JSON"):
            read_json(path)
