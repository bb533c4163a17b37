"""The codec: what may cross, what may not, and that nothing but CodecError comes of the rest."""

from __future__ import annotations

import collections
import enum
import json
import math
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.checks import codec
from autograder.checks.codec import Limits, decode, dumps, encode, loads
from autograder.checks.errors import CodecError

fuzz = settings(
    deadline=None, max_examples=200, suppress_health_check=[HealthCheck.too_slow], database=None
)

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats()
    | st.complex_numbers()
    | text
    | st.binary(max_size=20)
)
# Without NaN, which is never found again in a set.
hashable = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats(allow_nan=False)
    | st.complex_numbers(allow_nan=False)
    | text
    | st.binary(max_size=20),
    lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3),
    max_leaves=5,
)
plain = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(hashable, inner, max_size=4)
        | st.sets(hashable, max_size=4)
    ),
    max_leaves=20,
)
NUMPY = [
    "?", "u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8", "c8", "c16",
]  # fmt: skip
TORCH = [
    torch.bool, torch.uint8, torch.int8, torch.int16, torch.uint16, torch.int32, torch.uint32,
    torch.int64, torch.uint64, torch.float16, torch.bfloat16, torch.float32, torch.float64,
    torch.complex64, torch.complex128, torch.float8_e4m3fn, torch.float8_e5m2,
]  # fmt: skip
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=20,
)
TAGS = st.sampled_from([
    "int", "float", "complex", "bytes", "list", "tuple", "set", "frozenset", "dict",
    "array", "scalar", "tensor", "object", "__reduce__",
])  # fmt: skip
dtype_names = st.sampled_from(["bool", "int8", "float32", "bfloat16", "float8_e5m2", "object"])
near_messages: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.integers() | st.floats() | st.sampled_from(["nan", "AAAA", "////", "0x1", ""]),
    lambda inner: (
        st.fixed_dictionaries({"t": TAGS, "v": inner | st.lists(inner, max_size=3)})
        | st.fixed_dictionaries({
            "t": TAGS,
            "dtype": dtype_names,
            "shape": st.lists(st.integers(-1, 2**62) | st.integers(0, 3), max_size=3) | inner,
            "v": inner,
        })
        | st.lists(inner, max_size=3)
    ),
    max_leaves=10,
)  # fmt: skip


def there_and_back(value: object) -> Any:
    """`value` after it crossed as text, as it does in reality."""
    return loads(dumps(value))


def form(value: Any) -> str:
    """A text that two plain values share if they are the same, type by type."""
    if isinstance(value, set | frozenset):
        return f"{type(value).__name__}{sorted(map(form, value))}"
    if isinstance(value, list | tuple):
        return f"{type(value).__name__}{list(map(form, value))}"
    if isinstance(value, dict):
        return f"dict{[(form(key), form(item)) for key, item in value.items()]}"
    return f"{type(value).__name__} {value!r}"


@fuzz
@given(plain)
def test_a_plain_value_comes_back_the_same(value: Any) -> None:
    assert form(there_and_back(value)) == form(value)


@fuzz
@given(json_values | near_messages)
def test_any_json_decodes_or_is_a_codec_error(data: Any) -> None:
    try:
        value = decode(data)
    except CodecError:
        return
    assert form(there_and_back(value)) == form(value)


@fuzz
@given(st.text(max_size=200))
def test_any_text_loads_or_is_a_codec_error(message: str) -> None:
    try:
        loads(message)
    except CodecError:
        return


@fuzz
@given(st.data())
def test_any_numpy_array_comes_back_the_same(data: st.DataObject) -> None:
    shape = data.draw(hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3))
    dtype = data.draw(st.sampled_from(NUMPY))
    raw = data.draw(st.binary(min_size=2, max_size=64))
    array = np.resize(np.frombuffer(raw, "u1"), shape).astype(dtype)
    array = array.astype(array.dtype.newbyteorder(data.draw(st.sampled_from("<>"))))
    view = array.T if data.draw(st.booleans()) else array[..., ::-1] if array.ndim else array
    back = there_and_back(view)
    assert type(back) is np.ndarray and back.dtype == array.dtype.newbyteorder("=")
    assert back.dtype.isnative and back.flags.writeable and back.shape == view.shape
    assert np.array_equal(back, view)


@pytest.mark.parametrize("dtype", NUMPY)
def test_a_numpy_scalar_stays_a_numpy_scalar(dtype: str) -> None:
    value = np.dtype(dtype).type(1)
    back = there_and_back(value)
    assert type(back) is type(value) and back == value


@pytest.mark.parametrize("dtype", TORCH, ids=str)
@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3), (5,), (3, 4)], ids=str)
def test_a_torch_tensor_keeps_dtype_shape_and_bits(
    dtype: torch.dtype, shape: tuple[int, ...]
) -> None:
    tensor = (torch.arange(math.prod(shape), dtype=torch.float32) % 2).reshape(shape).to(dtype)
    back = there_and_back(tensor)
    assert type(back) is torch.Tensor and back.dtype == dtype and back.shape == tensor.shape
    assert torch.equal(back.reshape(-1).view(torch.uint8), tensor.reshape(-1).view(torch.uint8))


def test_a_tensor_that_is_a_view_or_a_parameter_crosses_as_plain_numbers() -> None:
    base = torch.arange(12.0).reshape(3, 4)
    assert torch.equal(there_and_back(base.T), base.T)
    assert torch.equal(there_and_back(base[:, ::2]), base[:, ::2])
    parameter = there_and_back(torch.nn.Parameter(base))
    assert type(parameter) is torch.Tensor and not parameter.requires_grad
    assert torch.equal(there_and_back(base.requires_grad_() * 2), base.detach() * 2)
    conjugate = torch.tensor([1 + 2j]).conj()
    assert torch.equal(there_and_back(conjugate), conjugate.resolve_conj())


def test_plainer_forms_of_what_libraries_return() -> None:
    from transformers import BatchEncoding
    from transformers.modeling_outputs import BaseModelOutput

    assert there_and_back(torch.zeros(2, 3).shape) == (2, 3)
    assert there_and_back(torch.bfloat16) == "torch.bfloat16"
    assert there_and_back(np.dtype(">i4")) == "int32"
    assert there_and_back(torch.device("cpu")) == "cpu"
    assert there_and_back(bytearray(b"ab")) == b"ab"
    ordered = collections.OrderedDict(a=1, b=2)
    ordered.move_to_end("a")
    assert list(there_and_back(ordered)) == ["b", "a"]
    assert there_and_back(collections.Counter("aab")) == {"a": 2, "b": 1}
    encoding = there_and_back(BatchEncoding({"input_ids": torch.tensor([[1, 2]])}))
    assert type(encoding) is dict and encoding["input_ids"].tolist() == [[1, 2]]
    output = there_and_back(BaseModelOutput(last_hidden_state=torch.ones(1)))
    assert type(output) is dict and list(output) == ["last_hidden_state"]


class Liar(float):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = float.__hash__


class Pair(NamedTuple):
    left: int


class Color(enum.IntEnum):
    RED = 1


class MyDict(dict[str, int]):
    pass


@pytest.mark.parametrize(
    "value",
    [
        Liar(1), Pair(1), Color.RED, MyDict(), object(), len, math, int, range(3), iter([]), ...,
        np.array([object()]), np.array(["a"]), np.datetime64("2020-01-01"), np.str_("a"),
        np.ma.masked_array([1]), np.zeros(2).view(np.recarray), np.longdouble(1),
        torch.nn.Linear(1, 1), torch.eye(2).to_sparse(), torch.empty(2, device="meta"), slice(1),
        "\ud800", {"a": [object()]}, {(1, torch.ones(1)): 2}, 16**3501,
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_anything_else_is_refused(value: object) -> None:
    with pytest.raises(CodecError):
        encode(value)


def test_a_refusal_names_the_type() -> None:
    with pytest.raises(CodecError, match=r"torch\.nn\.modules\.linear\.Linear"):
        encode([torch.nn.Linear(1, 1)])


def test_a_value_that_contains_itself_is_refused() -> None:
    cycle: list[Any] = []
    cycle.append(cycle)
    wide: list[Any] = []
    wide += [wide] * 50
    for value in (cycle, wide):
        with pytest.raises(CodecError):
            encode(value)


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def test_the_limits_hold_in_both_directions() -> None:
    assert there_and_back(nested(24)) == nested(24)
    with pytest.raises(CodecError, match="24 deep"):
        encode(nested(25))
    with pytest.raises(CodecError, match="24 deep"):
        decode(encode(nested(25), Limits(depth=99)))
    with pytest.raises(CodecError, match="200000 values"):
        encode(list(range(200_000)))
    with pytest.raises(CodecError, match="200000 values"):
        decode(encode(list(range(200_000)), Limits(items=300_000)))
    big = np.zeros(33 << 20, "u1")
    with pytest.raises(CodecError, match="bytes of data"):
        encode(big)
    with pytest.raises(CodecError, match="bytes of data"):
        decode(encode(big, Limits(raw_bytes=64 << 20)))
    with pytest.raises(CodecError, match="bytes of data"):
        encode(["é" * 600], Limits(raw_bytes=1000))
    with pytest.raises(CodecError, match="characters"):
        loads(" " * (Limits().text + 1))


def test_keys_whose_hashes_can_be_made_to_collide_are_few() -> None:
    assert len(there_and_back(set(range(50_000)))) == 50_000
    colliding = {"t": "set", "v": [{"t": "int", "v": hex(i * (2**61 - 1) << 61)} for i in range(9)]}
    assert len(decode(colliding)) == 9
    with pytest.raises(CodecError, match="keys"):
        decode(colliding, Limits(keys=7))
    nested_keys = {(float(i), float(i)) for i in range(5)}
    with pytest.raises(CodecError, match="keys"):
        encode(nested_keys, Limits(keys=14))


def array(**changes: Any) -> dict[str, Any]:
    data = encode(np.arange(4, dtype="i1"))
    assert isinstance(data, dict)
    return {**data, **changes}


@pytest.mark.parametrize(
    "message",
    [
        array(shape=[5]), array(shape=[-4]), array(shape=[2**62, 2**62]), array(shape=[True] * 4),
        array(shape=[0, 2**63]), array(shape=[1] * 33 + [4]), array(shape="4"), array(shape=[4.0]),
        array(dtype="object"), array(dtype="bfloat16"), array(dtype="float32"), array(dtype=None),
        array(dtype="bool"), array(v="AAAA"), array(v="AAECA*=="), array(v=None), array(extra=1),
        array(t="scalar"), array(t="tensor", dtype="bool"), array(v="ÄÄÄÄÄÄÄÄ"),
        {"t": "set", "v": [{"t": "list", "v": []}]}, {"t": "dict", "v": [[1]]},
        {"t": "dict", "v": [[{"t": "tensor", "dtype": "int8", "shape": [], "v": "AA=="}, 1]]},
        {"t": "int", "v": "0x" + "f" * 4000}, {"t": "int", "v": "z"}, {"t": "float", "v": "1"},
        {"t": "complex", "v": [1, 2]}, {"t": "bytes", "v": "A"}, {"t": ["list"], "v": []},
        {"t": "list"}, {"v": []}, {}, [], 2**60, math.inf, math.nan, {"t": "eval", "v": "1"},
    ],
    ids=lambda message: json.dumps(message)[:60],
)  # fmt: skip
def test_a_malformed_message_is_refused(message: Any) -> None:
    with pytest.raises(CodecError):
        decode(message)


def test_deeply_nested_text_is_refused_without_a_crash() -> None:
    with pytest.raises(CodecError):
        loads("[" * 100_000)
    with pytest.raises(CodecError):
        codec.parse("1" * 5000)
