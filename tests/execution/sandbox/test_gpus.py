"""Which device files a run gets; `benchmarks/gpu_isolation.py` tries whether a device works."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.execution.job import Limits
from autograder.execution.sandbox import Level, gpus
from autograder.execution.warm import kernel_policy


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names in ``/dev`` of a machine with three GPUs."""
    names = [f"nvidia{n}" for n in (10, 0, 2)]
    names += ["nvidiactl", "nvidia-uvm", "nvidia-uvm-tools", "nvidia-modeset", "nvidia-caps"]
    paths = [f"/dev/{name}" for name in names]
    monkeypatch.setattr(gpus.glob, "glob", lambda pattern: list(paths))
    monkeypatch.setattr(gpus.os.path, "exists", lambda path: path in paths)
    return paths


SHARED = ("/dev/nvidiactl", "/dev/nvidia-uvm")


@pytest.mark.parametrize(
    ("count", "devices", "visible"),
    [
        (0, (), ""),
        (0.5, ("/dev/nvidia0", *SHARED), "0"),
        (2, ("/dev/nvidia0", "/dev/nvidia2", *SHARED), "0,2"),
        (9, ("/dev/nvidia0", "/dev/nvidia2", "/dev/nvidia10", *SHARED), "0,2,10"),
    ],
)
def test_a_run_gets_as_many_devices_as_it_asked_for(
    machine: list[str], count: float, devices: tuple[str, ...], visible: str
) -> None:
    policy = kernel_policy(Level.FULL, Limits(), gpus=count)
    assert policy.gpus == devices
    assert policy.environment["CUDA_VISIBLE_DEVICES"] == visible


@pytest.mark.skipif(Path("/dev/nvidiactl").exists(), reason="this machine has a GPU")
def test_a_machine_without_one_gives_none_and_says_so_to_cuda() -> None:
    policy = kernel_policy(Level.FULL, Limits(), gpus=1)
    assert policy.gpus == ()
    assert policy.environment["CUDA_VISIBLE_DEVICES"] == ""
