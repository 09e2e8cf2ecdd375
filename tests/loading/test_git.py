"""What is asked of git: the revision, one file of it, and a whole state."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from rollkeeper.loading.git import UnknownRevisionError, blob, revision, state_before


def commit(root: Path, text: str) -> str:
    (root / "partners.yaml").write_text(text, encoding="utf-8")
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@fir.example")
    for arguments in (("add", "."), (*who, "commit", "--quiet", "--message", "x")):
        subprocess.run(["git", "-C", str(root), *arguments], check=True)
    return revision(root)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    return tmp_path


def test_a_file_is_read_as_it_was_at_a_revision(repository: Path) -> None:
    first, second = commit(repository, "one"), commit(repository, "two")
    assert blob(repository, first, "partners.yaml") == b"one"
    assert blob(repository, second, "partners.yaml") == b"two"


def test_a_file_or_revision_that_git_does_not_know_is_none(repository: Path) -> None:
    first = commit(repository, "one")
    assert blob(repository, first, "other.yaml") is None
    assert blob(repository, "0" * 40, "partners.yaml") is None


def test_a_folder_without_git_has_no_revision(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        revision(tmp_path)


def test_the_state_before_is_that_of_the_merge_base(repository: Path) -> None:
    first = commit(repository, "one")
    commit(repository, "two")
    with state_before(repository, first) as folder:
        assert (folder / "partners.yaml").read_text(encoding="utf-8") == "one"
    assert not folder.exists()
    with pytest.raises(UnknownRevisionError, match="git merge-base failed"):
        state_before(repository, "no-such-branch").__enter__()
