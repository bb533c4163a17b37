from __future__ import annotations

from pathlib import Path

import pytest
from jupyter_client.provisioning import KernelProvisionerFactory

from autograder.cli import doctor as module
from autograder.cli import main
from autograder.execution.sandbox import host


def distribution(folder: Path, name: str, version: str, requires: tuple[str, ...] = ()) -> None:
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    lines = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    lines += [f"Requires-Dist: {line}" for line in requires]
    (info / "METADATA").write_text("\n".join(lines) + "\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed packages that come before the real ones."""
    # Which provisioners there are is read from all packages once in a process, and kept.
    KernelProvisionerFactory.instance()
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    return tmp_path / "site"


def test_what_is_missing_or_too_old_comes_with_the_command_that_mends_it(site: Path) -> None:
    distribution(
        site,
        "llm-classroom",
        "0.1.0",
        (
            "zz-good>=1",
            "zz-old>=2",
            "zz-gone",
            'zz-extra; extra == "llm"',
            'zz-never; extra == "test"',
        ),
    )
    distribution(site, "zz-good", "1.5")
    distribution(site, "zz-old", "1.0")
    found = {condition.name: condition for condition in module.packages()}
    assert set(found) == {"zz-good", "zz-old", "zz-gone", "zz-extra"}
    assert found["zz-good"] == module.Condition("zz-good", "1.5")
    assert found["zz-old"].mend == 'pip install "zz-old>=2"'
    assert found["zz-gone"].mend == 'pip install "llm-classroom"'
    assert found["zz-extra"].mend == 'pip install "llm-classroom[llm]"'
    assert [found[name].needed for name in ("zz-old", "zz-gone", "zz-extra")] == [True, True, False]


def test_the_doctor_exits_with_2_when_something_needed_is_missing(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    distribution(site, "llm-classroom", "0.1.0", ("zz-gone",))
    assert main(["doctor"]) == 2
    out = capsys.readouterr().out
    assert 'zz-gone: pip install "llm-classroom"' in out
    assert str(host()).split(" (")[0] in out


def test_the_doctor_looks_at_the_course_it_is_called_in(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    distribution(site, "llm-classroom", "0.1.0")
    monkeypatch.chdir(tmp_path)
    assert main(["init", str(tmp_path / "nlp"), "--empty"]) == 0
    monkeypatch.chdir(tmp_path / "nlp")
    assert main(["doctor"]) == 0
    assert "Nothing is missing." in capsys.readouterr().out
    (tmp_path / "nlp" / "exchange").rmdir()
    assert main(["doctor"]) == 2
    assert f"chmod 777 {tmp_path / 'nlp' / 'exchange'}" in capsys.readouterr().out
    (tmp_path / "nlp" / "nbgrader_config.py").write_text("1 / 0")
    assert main(["doctor"]) == 2
    assert "ZeroDivisionError" in capsys.readouterr().out
