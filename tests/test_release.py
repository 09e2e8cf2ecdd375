"""A release as a maintainer makes it, in a copy of this repository; nothing of it leaves the copy."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
CHANGES = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- Rosters.\n"


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy what a release reads, as it stands now, and commit it where a remote has it too."""
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Octo")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "octo@example.com")
    folder, hosted = tmp_path / "rollkeeper", tmp_path / "hosted.git"
    ignored = shutil.ignore_patterns("__pycache__", "pin.json", "release.json")
    for name in (".ci", ".github", "docs", "examples", "schemas", "scripts", "tests/rules"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name in ("action.yml", "pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, folder)
    (folder / "CHANGELOG.md").write_text(CHANGES, encoding="utf-8")
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch=main", str(hosted))
    git(tmp_path, "init", "--quiet", "--initial-branch=main", str(folder))
    git(folder, "remote", "add", "origin", str(hosted))
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Start")
    git(folder, "push", "--quiet", "origin", "main")
    return folder


@pytest.fixture
def release(copy: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Import the command as that copy has it; what the wheel does is tested in `test_wheel.py`."""
    spec = importlib.util.spec_from_file_location("release", copy / ".ci" / "release.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    tried: list[str] = []
    monkeypatch.setattr(module, "tried", tried, raising=False)
    monkeypatch.setattr(module, "try_wheel", tried.append)
    return module


def test_one_command_makes_version_changes_tag_files_and_pins(
    copy: Path, release: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    started = git(copy, "rev-parse", "HEAD")
    assert release.main(["make", "1.0.0"]) == 0, capsys.readouterr().err
    assert "git push --atomic origin main v1.0.0" in capsys.readouterr().out
    assert git(copy, "log", "--format=%s", f"{started}..") == (
        "Pin 1.0.0 in the documentation\nRelease 1.0.0"
    )
    assert git(copy, "cat-file", "-t", "v1.0.0") == "tag"
    assert release.tried == ["1.0.0"]
    tagged = git(copy, "rev-parse", "v1.0.0^{commit}")
    assert tagged == git(copy, "rev-parse", "HEAD^")
    assert '__version__ = "1.0.0"' in git(copy, "show", "v1.0.0:scripts/rollkeeper/__init__.py")
    assert git(copy, "status", "--porcelain", "--untracked-files=no") == ""
    assert git(copy, "rev-parse", "origin/main") == started
    assert git(copy, "ls-remote", "origin").count("\n") == 1

    changes = (copy / "CHANGELOG.md").read_text("utf-8")
    assert re.search(
        r"## \[Unreleased\]\n\n## \[1\.0\.0\] - \d{4}-\d\d-\d\d\n\n### Added\n\n- Rosters\.\n\n"
        r"\[1\.0\.0\]: https://github\.com/rollkeeper/rollkeeper/releases/tag/v1\.0\.0\n\Z",
        changes,
    )
    assert release.main(["notes", "1.0.0"]) == 0
    assert capsys.readouterr().out == "### Added\n\n- Rosters.\n"
    assert (release.main(["is", "1.0.0"]), release.main(["is", "1.0.1"])) == (0, 1)
    assert release.main(["notes", "1.0.1"]) == 1

    wheel, source = copy / "dist" / "rollkeeper-1.0.0-py3-none-any.whl", copy / "dist"
    with zipfile.ZipFile(wheel) as packed:
        pin = json.loads(packed.read("rollkeeper/jobs/init/pin.json"))
        assert "rollkeeper/jobs/init/callers/rosters.yml" in packed.namelist()
    assert pin == {"version": "1.0.0", "commit": tagged}
    with tarfile.open(source / "rollkeeper-1.0.0.tar.gz") as packed_source:
        assert "rollkeeper-1.0.0/pyproject.toml" in packed_source.getnames()
    assert not (copy / release.PIN).exists()

    page = (copy / "docs" / "adopting.md").read_text("utf-8")
    assert "<commit>" not in page
    assert "There is no release yet" not in page
    assert page.count(f"@{tagged} # v1.0.0") == 6
    assert f"rev: {tagged} # v1.0.0" in page
    assert "uvx rollkeeper@1.0.0 check" in page


def test_the_next_release_keeps_the_links_and_is_pushed_whole_where_that_is_asked_for(
    copy: Path, release: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert release.main(["make", "1.0.0", "--push"]) == 0, capsys.readouterr().err
    text = (copy / "CHANGELOG.md").read_text("utf-8")
    (copy / "CHANGELOG.md").write_text(
        text.replace("[Unreleased]\n", "[Unreleased]\n\n- More.\n", 1), "utf-8"
    )
    git(copy, "commit", "--quiet", "--all", "--message", "More")
    assert release.main(["make", "1.1.0", "--push"]) == 0, capsys.readouterr().err
    changes = (copy / "CHANGELOG.md").read_text("utf-8")
    assert re.findall(r"^\[(.*?)\]: ", changes, re.MULTILINE) == ["1.1.0", "1.0.0"]
    assert git(copy, "rev-parse", "origin/main") == git(copy, "rev-parse", "main")
    assert [
        line.partition("refs/")[2] for line in git(copy, "ls-remote", "origin", "v*").splitlines()
    ] == [
        *("tags/v1.0.0", "tags/v1.0.0^{}", "tags/v1.1.0", "tags/v1.1.0^{}"),
    ]


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("1.0", "'1.0' is no version"),
        ("v1.0.0", "'v1.0.0' is no version"),
        ("0.0.9", "0.0.9 is not after 0.1.0"),
        ("2.0.0", "docs/permissions.v2.json is missing"),
    ],
)
def test_a_version_that_cannot_be_is_refused(
    copy: Path, release: ModuleType, version: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    started = git(copy, "rev-parse", "HEAD")
    assert release.main(["make", version]) == 1
    assert said in capsys.readouterr().err
    assert (git(copy, "rev-parse", "HEAD"), git(copy, "tag")) == (started, "")


def test_a_checkout_that_is_not_ready_is_refused(
    copy: Path, release: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    (copy / "CHANGELOG.md").write_text("# Changelog\n\n## [Unreleased]\n", "utf-8")
    assert release.main(["make", "1.0.0"]) == 1
    assert "the checkout has changes" in capsys.readouterr().err
    git(copy, "commit", "--quiet", "--all", "--message", "Empty")
    assert release.main(["make", "1.0.0"]) == 1
    assert "nothing under Unreleased" in capsys.readouterr().err
    git(copy, "tag", "v1.0.0")
    assert release.main(["make", "1.0.0"]) == 1
    assert "there is a tag v1.0.0 already" in capsys.readouterr().err


def test_more_permissions_take_a_new_major_version(
    copy: Path, release: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    git(copy, "tag", "v0.1.0")
    contract = copy / "docs" / "permissions.v1.json"
    granted = json.loads(contract.read_text("utf-8"))
    granted["check.yml"]["actions"] = "write"
    contract.write_text(json.dumps(granted), "utf-8")
    git(copy, "commit", "--quiet", "--all", "--message", "Ask for more")
    assert release.main(["make", "0.2.0"]) == 1
    assert "that takes a new major version" in capsys.readouterr().err
    assert not release.asks_for_more(granted, {"check.yml": {"contents": "read"}})
    assert not release.asks_for_more({}, granted)
