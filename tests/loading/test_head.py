"""A commit fetched as data: from whatever checkout of the base, and whatever it holds."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from loading.hosted import BASES, ROSTER, Hosted, git
from rollkeeper.loading import head as module
from rollkeeper.loading import head_store
from rollkeeper.loading.git import GitError
from rollkeeper.loading.head import Head, HeadRefusedError, Source, fetch_head
from rollkeeper.model.change import FileStatus
from rollkeeper.model.verdict import UncheckedReason

MOST = 1000


def contents(head: Head) -> dict[str, bytes]:
    """Return what a head has at the paths that it changes, without what did not come."""
    changed = {each.path: each.after for each in head.changes() if each.after is not None}
    sizes = head.sizes(item.oid for item in changed.values() if item.plain)
    data = dict(head.contents(sizes))
    return {path: data[item.oid] for path, item in changed.items() if item.oid in data}


@pytest.mark.parametrize("how", BASES.values(), ids=BASES)
def test_a_head_is_read_whatever_the_checkout_of_the_base_has(
    hosted: Hosted, how: tuple[str, ...]
) -> None:
    """The base has moved on since, and its checkout may have neither history nor older files."""
    files: dict[str, str | bytes | None] = {
        "partners.yaml": ROSTER + "- name: Dogwood\n",
        "logos/dogwood.svg": "<svg>dogwood</svg>\n",
        "logos/alder.svg": None,
        "logos/renamed.svg": "<svg/>\n",
        "large.bin": os.urandom(5 * MOST),
    }
    proposed = hosted.commit(files, "1")
    tip = hosted.commit({"partners.yaml": "- name: Alder\n", "later.txt": "x"})
    base = hosted.clone(*how)
    before = git(base, "count-objects", "-v"), git(base, "for-each-ref")
    with fetch_head(base, hosted.source, proposed, since=tip, largest=MOST) as head:
        assert head.merge_base == hosted.main
        changes = {each.path: each for each in head.changes()}
        assert {path: each.status for path, each in changes.items()} == {
            "partners.yaml": FileStatus.MODIFIED,
            "large.bin": FileStatus.ADDED,
            "logos/alder.svg": FileStatus.REMOVED,
            "logos/dogwood.svg": FileStatus.ADDED,
            "logos/renamed.svg": FileStatus.ADDED,
        }
        assert contents(head) == {
            path: data.encode() for path, data in files.items() if isinstance(data, str)
        }
        older = changes["partners.yaml"].before
        assert older is not None
        if not head.sizes([older.oid]):
            head.fetch_contents([older.oid])
        assert dict(head.contents(head.sizes([older.oid]))) == {older.oid: ROSTER.encode()}
        large = changes["large.bin"].after
        assert large is not None
        assert head.sizes([large.oid]) == {}
        assert head.lines("partners.yaml") == {1, 2, 3, 4}
        assert set(head.items(tip, ["logos/"])) == {"logos", "logos/alder.svg"}
    assert (git(base, "count-objects", "-v"), git(base, "for-each-ref")) == before
    assert git(base, "status", "--porcelain") == ""


@pytest.mark.parametrize("how", BASES.values(), ids=BASES)
def test_a_head_is_compared_with_another_branch_than_the_one_checked_out(
    hosted: Hosted, how: tuple[str, ...]
) -> None:
    release = hosted.commit({"partners.yaml": "- name: Alder\n"}, "release")
    proposed = hosted.commit({"partners.yaml": "- name: Alder\n- name: Elm\n"}, "1", release)
    base = hosted.clone(*how)
    with fetch_head(base, hosted.source, proposed, since=release, largest=MOST) as head:
        assert head.merge_base == release
        assert head.lines("partners.yaml") == {1, 2}
        assert set(head.items(hosted.main, ["logos/"])) == {"logos", "logos/alder.svg"}


def test_what_is_too_large_never_crosses(hosted: Hosted, monkeypatch: pytest.MonkeyPatch) -> None:
    large = os.urandom(3_000_000)
    proposed = hosted.commit({"large.bin": large, "logos/new.svg": "<svg>new</svg>"}, "1")
    stored: list[int] = []
    told = Head.changes

    def measured(head: Head) -> tuple[module.FileChange, ...]:
        store = head.folder
        stored.append(sum(file.stat().st_size for file in store.rglob("*") if file.is_file()))
        return told(head)

    monkeypatch.setattr(Head, "changes", measured)
    with fetch_head(
        hosted.clone(), hosted.source, proposed, since=hosted.main, largest=MOST
    ) as head:
        assert [each.path for each in head.changes()] == ["large.bin", "logos/new.svg"]
    assert stored[0] < 20_000


def test_nothing_is_fetched_unasked(hosted: Hosted) -> None:
    """Neither what the head left on the server nor what the base's checkout lacks."""
    proposed = hosted.commit({"large.bin": os.urandom(5 * MOST)}, "1")
    tip = hosted.commit({"partners.yaml": "- name: Alder\n"})
    base = hosted.clone("--filter=blob:none")
    with fetch_head(base, hosted.source, proposed, since=tip, largest=MOST) as head:
        hosted.bare.rename(hosted.folder / "gone.git")
        (change,) = head.changes()
        assert change.after is not None
        assert head.sizes([change.after.oid]) == {}
        older = head.items(head.merge_base, ["partners.yaml"])["partners.yaml"]
        assert head.sizes([older.oid]) == {}
        assert dict(head.contents({older.oid: 100})) == {}


def test_only_https_is_spoken_unless_a_test_says_otherwise(
    hosted: Hosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(head_store, "_PAUSES", ())
    proposed = hosted.commit({"a.txt": "a"}, "1")
    for url in (hosted.bare.as_uri(), str(hosted.bare), "ext::sh -c id", "ssh://127.0.0.1/x"):
        with (
            pytest.raises(GitError, match=r"transport '\w+' not allowed"),
            fetch_head(
                hosted.clone(name=str(len(url))),
                Source(url),
                proposed,
                since=hosted.main,
                largest=MOST,
            ),
        ):
            pass


def test_neither_configuration_nor_hooks_of_the_machine_are_used(
    hosted: Hosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a home folder, a template and the base's own repository set has no effect."""
    traces = hosted.folder / "traces"
    script = hosted.folder / "script"
    script.write_text(f"#!/bin/sh\necho x >> {traces}\n", encoding="utf-8")
    script.chmod(0o755)
    home = hosted.folder / "home"
    home.mkdir()
    hooks = hosted.folder / "hooks"
    hooks.mkdir()
    for name in ("reference-transaction", "post-checkout", "pre-auto-gc"):
        (hooks / name).write_bytes(script.read_bytes())
        (hooks / name).chmod(0o755)
    (home / ".gitconfig").write_text(
        f"[core]\n\thooksPath = {hooks}\n\tfsmonitor = {script}\n[diff]\n\texternal = {script}\n"
        f"[credential]\n\thelper = {script}\n[gc]\n\tauto = 1\n",
        encoding="utf-8",
    )
    base = hosted.clone()
    git(base, "config", "core.hooksPath", str(hooks))
    proposed = hosted.commit({"partners.yaml": ROSTER + "- name: Elm\n"}, "1")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(script))
    monkeypatch.setenv("GIT_DIR", str(hosted.bare))
    monkeypatch.delenv("GIT_DIR")
    with fetch_head(base, hosted.source, proposed, since=hosted.main, largest=MOST) as head:
        assert head.lines("partners.yaml") == {1, 2, 3, 4}
    assert not traces.exists()


def test_attributes_of_the_head_hide_nothing(hosted: Hosted) -> None:
    attributes = "* -diff -text ident export-ignore filter=x\n"
    proposed = hosted.commit(
        {".gitattributes": attributes, "partners.yaml": ROSTER + "- name: Elm # $Id$\n"}, "1"
    )
    with fetch_head(
        hosted.clone(), hosted.source, proposed, since=hosted.main, largest=MOST
    ) as head:
        assert contents(head)["partners.yaml"] == (ROSTER + "- name: Elm # $Id$\n").encode()
        assert head.lines("partners.yaml") == {1, 2, 3, 4}


def test_a_difference_too_large_to_be_shown_shows_no_line(
    hosted: Hosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_PATCH", 2_000)
    proposed = hosted.commit({"partners.yaml": "- name: Fir\n" * 500}, "1")
    with fetch_head(
        hosted.clone(), hosted.source, proposed, since=hosted.main, largest=100_000
    ) as head:
        assert head.lines("partners.yaml") == frozenset()


HOSTILE_NAMES = {
    b"new\nline.svg": ("logos/new\nline.svg", True),
    b'quo"te\\ \t.svg': ('logos/quo"te\\ \t.svg', True),
    b"-rf": ("logos/-rf", True),
    b":(top)x": ("logos/:(top)x", True),
    b"\xff\xfe.svg": ("logos/\\xff\\xfe.svg", False),
    b"\xed\xa0\x80.svg": ("logos/\\xed\\xa0\\x80.svg", False),
    b"n" * 255: ("logos/" + "n" * 255, True),
    b"n" * 256: ("logos/" + "n" * 256, False),
    b"n" * 4000: ("logos/" + "n" * 4000, False),
    b"Alder.svg": ("logos/Alder.svg", True),
    b"ALDER.SVG": ("logos/ALDER.SVG", True),
}


def test_names_of_any_kind_are_listed_as_they_are(hosted: Hosted) -> None:
    blob = hosted.blob("<svg>hostile</svg>\n")
    folder = hosted.write_tree(dict.fromkeys(HOSTILE_NAMES, ("100644", blob)))
    proposed = hosted.propose_tree(hosted.write_tree({b"logos": ("40000", folder)}))
    with fetch_head(
        hosted.clone(), hosted.source, proposed, since=hosted.main, largest=MOST
    ) as head:
        found = {(each.path, each.storable) for each in head.changes() if each.after is not None}
        assert found == set(HOSTILE_NAMES.values())
        listed = set(head.items(proposed, ["logos/"]))
        assert listed == {"logos", *(path for path, fits in HOSTILE_NAMES.values() if fits)}
    for path, _ in found:
        assert path.encode("utf-8")


MALFORMED = (b"..", b".", b".git", b".GIT", b"git~1", b"a/b")


@pytest.mark.parametrize("name", MALFORMED)
@pytest.mark.parametrize("how", [(), ("--depth=1",)], ids=["whole", "shallow"])
def test_a_malformed_tree_is_refused_and_said(
    hosted: Hosted, name: bytes, how: tuple[str, ...]
) -> None:
    proposed = hosted.propose_tree(hosted.write_tree({name: ("100644", hosted.blob())}))
    with (
        pytest.raises(HeadRefusedError) as caught,
        fetch_head(hosted.clone(*how), hosted.source, proposed, since=hosted.main, largest=MOST),
    ):
        pass
    assert caught.value.why is UncheckedReason.MALFORMED
    assert "contains" in str(caught.value)


def test_commits_without_a_common_ancestor_are_refused(hosted: Hosted) -> None:
    tree = hosted.write_tree({b"partners.yaml": ("100644", hosted.blob(ROSTER))})
    proposed = hosted.publish(git(hosted.work, "commit-tree", tree, "-m", "Alone"), "1")
    with (
        pytest.raises(HeadRefusedError) as caught,
        fetch_head(hosted.clone(), hosted.source, proposed, since=hosted.main, largest=MOST),
    ):
        pass
    assert caught.value.why is UncheckedReason.UNRELATED


def test_more_files_than_any_listing_of_github_are_read(hosted: Hosted) -> None:
    number = 120_000
    blob = hosted.blob()
    many = hosted.write_tree({f"{n:06d}.svg".encode(): ("100644", blob) for n in range(number)})
    proposed = hosted.propose_tree(hosted.write_tree({b"logos": ("40000", many)}))
    with fetch_head(
        hosted.clone(), hosted.source, proposed, since=hosted.main, largest=MOST
    ) as head:
        assert sum(each.after is not None for each in head.changes()) == number
        assert len(head.items(proposed, ["logos/"])) == number + 1


def test_a_tree_of_trees_without_end_is_given_up_on(
    hosted: Hosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten folders in each of ten folders, twelve levels deep, take a few hundred bytes to send."""
    monkeypatch.setattr(module, "MAX_HEAD_LISTING", 1_000_000)
    tree = hosted.write_tree({b"x": ("100644", hosted.blob())})
    for _ in range(12):
        tree = hosted.write_tree({f"{n}".encode(): ("40000", tree) for n in range(10)})
    proposed = hosted.propose_tree(tree)
    with (
        pytest.raises(HeadRefusedError) as caught,
        fetch_head(
            hosted.clone(), hosted.source, proposed, since=hosted.main, largest=MOST
        ) as head,
    ):
        head.changes()
    assert caught.value.why is UncheckedReason.TOO_MUCH


@pytest.mark.parametrize("depth", [100, 3_000])
def test_deeply_nested_folders_are_read_or_refused(hosted: Hosted, depth: int) -> None:
    path = "d/" * depth + "x"
    lines = (
        "commit refs/heads/deep",
        "committer Ada <ada@fir.example> 1795000000 +0000",
        "data 0",
        f"from {hosted.main}",
        f"M 100644 inline {path}",
        "data 0",
        "",
    )
    git(hosted.work, "fast-import", "--quiet", data="\n".join(lines).encode())
    proposed = hosted.publish(git(hosted.work, "rev-parse", "deep"), "1")
    try:
        with fetch_head(
            hosted.clone(), hosted.source, proposed, since=hosted.main, largest=MOST
        ) as head:
            paths = [each.path for each in head.changes() if each.after is not None]
            assert paths == [path]
    except HeadRefusedError as error:
        assert error.why in {UncheckedReason.TOO_MUCH, UncheckedReason.MALFORMED}  # noqa: PT017 - one of two outcomes, by git's version


def test_a_pack_larger_than_is_allowed_is_given_up_on(
    hosted: Hosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many files, each of a size that would be read."""
    monkeypatch.setattr(head_store, "MAX_HEAD_PACK", 100_000)
    files = {f"logos/{number}.svg": os.urandom(900).hex() for number in range(200)}
    proposed = hosted.commit(files, "1")
    with (
        pytest.raises(HeadRefusedError) as caught,
        fetch_head(hosted.clone(), hosted.source, proposed, since=hosted.main, largest=10_000),
    ):
        pass
    assert caught.value.why is UncheckedReason.TOO_MUCH


@pytest.fixture
def silent() -> Iterator[str]:
    """Yield the address of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"https://127.0.0.1:{server.getsockname()[1]}/octo/rosters.git"


def test_a_server_that_never_answers_is_not_waited_for(
    hosted: Hosted, silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is not the fault of who proposed it, and nothing is left running."""
    monkeypatch.setattr(head_store, "FETCH_SECONDS", 1)
    proposed = hosted.commit({"a.txt": "a"}, "1")
    with (
        pytest.raises(GitError, match="took more than 1 seconds"),
        fetch_head(hosted.clone(), Source(silent), proposed, since=hosted.main, largest=MOST),
    ):
        pass
    for _ in range(100):
        running = [
            each.joinpath("cmdline").read_bytes() if each.joinpath("cmdline").exists() else b""
            for each in Path("/proc").glob("[0-9]*")
        ]
        if not any(silent.encode() in line for line in running):
            return
        time.sleep(0.05)
    pytest.fail("git still runs")


def test_paths_are_those_of_the_community_s_own_folder(hosted: Hosted) -> None:
    hosted.commit({"sub/partners.yaml": ROSTER, "sub/logos/a.svg": "<svg/>"})
    base = hosted.clone()
    since = git(base, "rev-parse", "HEAD")
    proposed = hosted.commit(
        {"sub/partners.yaml": "- name: Alder\n", "partners.yaml": "", ".github/x.yml": "x"}, "1"
    )
    with fetch_head(base / "sub", hosted.source, proposed, since=since, largest=MOST) as head:
        paths = {each.path for each in head.changes()}
        assert paths == {"partners.yaml", "../partners.yaml", "../.github/x.yml"}
        assert set(head.items(proposed, ["logos/", "partners.yaml"])) == {
            *("../sub", "logos", "logos/a.svg", "partners.yaml"),
        }
        assert head.lines("partners.yaml") == {1}
        assert head.whole("../.github/x.yml") == ".github/x.yml"
