"""Files written all or none: killed at every step, and completed or undone by the next run."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from rollkeeper.jobs.init.staging import (
    FOLDER,
    JOURNAL,
    StagingError,
    is_interrupted,
    recover,
    write_all,
)
from rollkeeper.loading.files import LinkError

FILES = {
    "policies/adopters.yaml": b"title: Adopters\n",
    "rosters/adopters.yaml": b"- name: Alder\n",
    ".github/workflows/rosters.yml": b"on: push\n",
}
_CHANGES = {"os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir", "shutil.rmtree"}


def snapshot(root: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(root)): file.read_bytes()
        for file in sorted(root.rglob("*"))
        if file.is_file()
    }


def killed_at(root: Path, step: int, work: Any) -> bool:
    """Do the work in a process that ends, without any clean-up, before its change number `step`."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) in {0, 9}
        return os.waitstatus_to_exitcode(status) == 9
    count = 0

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal count
        writes = (
            event == "open"
            and isinstance(arguments[1], str)
            and arguments[1] != "rb"
            and "r" not in arguments[1]
        )
        if event in _CHANGES or writes:
            count += 1
            if count == step:
                os._exit(9)

    sys.addaudithook(hook)
    work(root)
    os._exit(0)


def test_killed_at_any_step_it_is_as_before_or_can_be_completed(tmp_path: Path) -> None:
    outcomes = set()
    for step in range(1, 100):
        root = tmp_path / str(step)
        root.mkdir()
        (root / "README.md").write_text("Hello\n")
        before = snapshot(root)
        if not killed_at(root, step, lambda root: write_all(root, FILES)):
            break
        if is_interrupted(root):
            outcomes.add(recover(root))
        after = snapshot(root)
        assert after in (before, {**before, **FILES}), step
        assert not is_interrupted(root)
    else:
        pytest.fail("the work never came to its end")
    assert step > 15
    assert outcomes == {None, tuple(FILES)}


def test_killed_while_it_completes_it_can_be_completed_again(tmp_path: Path) -> None:
    for step in range(1, 60):
        root = tmp_path / str(step)
        root.mkdir()
        first = next(n for n in range(1, 60) if _is_decided(root, n))
        assert first
        if not killed_at(root, step, recover):
            break
        if is_interrupted(root):
            recover(root)
        assert snapshot(root) == FILES, step
    assert step > 3


def _is_decided(root: Path, step: int) -> bool:
    """Kill a run at a step, and return whether it had decided to write; else undo it."""
    killed_at(root, step, lambda root: write_all(root, FILES))
    if (root / FOLDER / JOURNAL).exists():
        return True
    if is_interrupted(root):
        recover(root)
    return False


def test_a_file_that_comes_in_between_is_kept(tmp_path: Path) -> None:
    next(n for n in range(1, 60) if _is_decided(tmp_path, n))
    file = tmp_path / "policies/adopters.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text("mine\n")
    recover(tmp_path)
    assert file.read_text() == "mine\n"
    assert (tmp_path / "rosters/adopters.yaml").exists()


@pytest.mark.parametrize(
    "journal",
    [
        b"",
        b"[]",
        b'{"policies/a.yaml": 1}',
        b'{"../outside.yaml": "0"}',
        b'{"/etc/passwd": "0"}',
        b'{".github/workflows/evil.yml": "0"}',
        b'{"policies/../../x.yaml": "0"}',
        b'{"policies/a.yaml": "0"}',
        b"[" * 100_000,
    ],
)
def test_a_journal_that_is_not_ours_is_refused(tmp_path: Path, journal: bytes) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / JOURNAL).write_bytes(journal)
    (tmp_path / FOLDER / "0").write_bytes(b"evil")
    before = snapshot(tmp_path)
    with pytest.raises(StagingError):
        recover(tmp_path)
    assert snapshot(tmp_path) == before


def test_a_link_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "keep").write_text("x")
    root = tmp_path / "root"
    root.mkdir()
    (root / FOLDER).symlink_to(elsewhere)
    with pytest.raises(StagingError):
        recover(root)
    assert (elsewhere / "keep").exists()


def test_a_staged_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    secret = tmp_path / "secret"
    secret.write_text("s")
    (tmp_path / FOLDER / "0").symlink_to(secret)
    (tmp_path / FOLDER / JOURNAL).write_text(json.dumps({"policies/a.yaml": "0"}))
    with pytest.raises(StagingError):
        recover(tmp_path)


def test_nothing_is_written_behind_a_link_or_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "rosters").symlink_to(tmp_path)
    with pytest.raises(LinkError):
        write_all(tmp_path, FILES)
    with pytest.raises(StagingError):
        write_all(tmp_path, {"README.md": b""})
    (tmp_path / "policies").write_text("a file")
    with pytest.raises(StagingError):
        write_all(tmp_path, {"policies/a.yaml": b""})
    assert not is_interrupted(tmp_path)
