"""The package as users install it: a wheel, in an environment of its own, far from the sources."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from rollkeeper.loading.policy.policy_file import PRESETS, preset_names

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--sdist", "--no-isolation"]
    outdir = ["--outdir", str(folder)]
    subprocess.run([*command, *outdir, str(ROOT)], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


def test_the_source_distribution_has_the_package_and_nothing_else(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    others = {name for name in names if not name.startswith("scripts/")}
    assert others == {
        *(".gitignore", "CHANGELOG.md", "LICENSE", "PKG-INFO", "README.md", "pyproject.toml"),
    }
    assert "scripts/rollkeeper/__init__.py" in names


def test_kind_and_addresses_are_declared(wheel: Path) -> None:
    shipped = zipfile.ZipFile(wheel)
    (name,) = [name for name in shipped.namelist() if name.endswith("/METADATA")]
    metadata = shipped.read(name).decode()
    for label in ("Homepage", "Documentation", "Changelog", "Issues", "Source"):
        assert f"Project-URL: {label}, https://github.com/rollkeeper/rollkeeper" in metadata
    for start in ("Intended Audience", "Operating System", "Topic"):
        assert f"Classifier: {start}" in metadata


def test_the_links_of_the_readme_work_on_every_page_that_shows_it() -> None:
    targets = re.findall(r"\]\(([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    home = "https://github.com/rollkeeper/rollkeeper/blob/main/"
    assert [each for each in targets if not each.startswith("https://")] == []
    own = [each.removeprefix(home) for each in targets if each.startswith(home)]
    assert len(own) > 10
    assert [each for each in own if not (ROOT / each).is_file()] == []


def test_policies_and_schemas_are_inside(wheel: Path) -> None:
    shipped = zipfile.ZipFile(wheel)
    names = shipped.namelist()
    package = ROOT / "scripts"
    data = [*PRESETS.glob("*/*"), *package.glob("rollkeeper/model/schemas/*.json")]
    assert {file.relative_to(package).as_posix() for file in data} <= set(names)
    contents = {shipped.read(name) for name in names if name.endswith(".schema.json")}
    public = [file for file in (ROOT / "schemas").rglob("*") if file.is_file()]
    assert len(public) >= 2 + len(preset_names())
    assert {file.read_bytes() for file in public} <= contents
    assert not [
        name for name in names if name.startswith(("tests", "scripts", "examples", "schemas"))
    ]


def test_installed_command_checks_a_community_as_the_action_does(
    wheel: Path, tmp_path: Path
) -> None:
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    # What the wheel depends on is taken from the environment that runs the tests: no network.
    site = next(environment.glob("lib/python*/site-packages"))
    (site / "dependencies.pth").write_text(
        "\n".join(path for path in sys.path if path.endswith("site-packages")), encoding="utf-8"
    )
    install = [
        str(python),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
        str(wheel),
    ]
    subprocess.run(install, check=True, capture_output=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    command = [
        str(environment / "bin" / "rollkeeper"),
        "check",
        "--offline",
        "--today",
        "2026-11-21",
    ]
    done = subprocess.run(
        [*command, "--root", str(ROOT), "--format", "json"],
        cwd=elsewhere, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"version": 1' in done.stdout

    # The action reports the same, to the byte.
    community = tmp_path / "community"
    (community / "policies").mkdir(parents=True)
    policy = "roster: partners.yaml\nwebsites: {roles: []}\n"
    (community / "policies" / "partners.yaml").write_text(policy, encoding="utf-8")
    roster = "- name: Alder <b>\n- name: Birch\n  website: https://birch.example/?utm_source=x\n"
    (community / "partners.yaml").write_text(roster, encoding="utf-8")
    asked = ["check", "--today", "2026-11-21", "--root", str(community), "--format", "json"]
    told = {"PATH": os.environ["PATH"]}
    shown = subprocess.run(
        [command[0], *asked], cwd=elsewhere, env=told, capture_output=True, check=False
    )
    assert shown.returncode == 1, shown.stderr
    report = tmp_path / "report.json"
    told |= {"INPUT_ROOT": str(community), "INPUT_TODAY": "2026-11-21", "REPORT": str(report)}
    action = [sys.executable, "-I", str(ROOT / "scripts"), "action"]
    subprocess.run(action, cwd=elsewhere, env=told, capture_output=True, check=False)
    assert b"name-markup" in shown.stdout
    assert report.read_bytes() == shown.stdout
