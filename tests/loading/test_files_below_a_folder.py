"""Files below a folder: no link is followed, and a file is replaced whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rollkeeper.loading.files import LinkError, read_inside, replace_inside


def test_a_file_is_read_up_to_one_byte_over_the_limit(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.txt").write_bytes(b"12345")
    assert read_inside(tmp_path, "a/b.txt", 10) == (b"12345", "")
    assert read_inside(tmp_path, "a/b.txt", 3) == (b"1234", "")


@pytest.mark.parametrize("path", ["link.txt", "linked/b.txt", "linked/deep/b.txt"])
def test_no_link_is_followed(tmp_path: Path, path: str) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    (outside / "deep").mkdir(parents=True)
    root.mkdir()
    for file in (outside / "b.txt", outside / "deep" / "b.txt"):
        file.write_text("theirs", encoding="utf-8")
    (root / "link.txt").symlink_to(outside / "b.txt")
    (root / "linked").symlink_to(outside)
    data, why = read_inside(root, path, 100)
    assert data is None
    assert "symbolic link" in why
    with pytest.raises(LinkError, match="symbolic link"):
        replace_inside(root, path, b"ours")
    assert (outside / "b.txt").read_text(encoding="utf-8") == "theirs"
    assert (outside / "deep" / "b.txt").read_text(encoding="utf-8") == "theirs"


def test_an_absolute_path_is_taken_below_the_folder(tmp_path: Path) -> None:
    outside, root = tmp_path / "secret.txt", tmp_path / "root"
    outside.write_text("secret", encoding="utf-8")
    root.mkdir()
    data, why = read_inside(root, str(outside), 100)
    assert data is None
    assert "No such file" in why
    replace_inside(root, str(outside), b"ours")
    assert outside.read_text(encoding="utf-8") == "secret"
    assert read_inside(root, str(outside), 100) == (b"ours", "")


def test_what_is_no_regular_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert read_inside(tmp_path, "pipe", 10) == (None, "pipe is not a regular file")
    assert read_inside(tmp_path, "", 10)[0] is None


def test_a_replaced_file_keeps_its_mode_and_leaves_nothing_behind(tmp_path: Path) -> None:
    file = tmp_path / "new" / "a.txt"
    replace_inside(tmp_path, "new/a.txt", b"1")
    assert file.stat().st_mode & 0o777 == 0o644
    file.chmod(0o600)
    replace_inside(tmp_path, "new/a.txt", b"2")
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (b"2", 0o600)
    assert list(file.parent.iterdir()) == [file]
