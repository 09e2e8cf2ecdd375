"""Commits of the bot's own: made beside the work tree, and compared by what merging them gives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rollkeeper.engine.run import Options
from rollkeeper.jobs.bot_branch import BotBranch, OvertakenError, commit_files, patch_of
from rollkeeper.jobs.vouching import judged
from rollkeeper.loading.git import run_git
from rollkeeper.model.commit_status import State
from worktrees import Content, stage

WHEN = datetime(2026, 11, 21, 3, 17, tzinfo=UTC)
TEXT = "".join(f"line {number}\n" for number in range(20))
WHO = ("-c", "user.name=T", "-c", "user.email=t@e.example")


def line(root: Path, *arguments: str) -> str:
    return run_git(root, *arguments).stdout.decode().strip()


def record(root: Path, files: Mapping[str, Content]) -> str:
    stage(root, files)
    run_git(root, *WHO, "commit", "--quiet", "--allow-empty", "--message", "Change")
    return line(root, "rev-parse", "HEAD")


@pytest.fixture
def work(tmp_path: Path) -> Path:
    run_git(tmp_path, "init", "--quiet", "--bare", "hosted")
    run_git(tmp_path, "init", "--quiet", "--initial-branch=main", "work")
    record(
        tmp_path / "work", {"a.txt": TEXT, "b.txt": "b\n", "run.sh": "true\n", "sub/c.txt": "c\n"}
    )
    return tmp_path / "work"


def branch(work: Path) -> BotBranch:
    return BotBranch(work, str(work.with_name("hosted")), "rollkeeper/x")


def test_a_commit_leaves_the_work_tree_and_what_is_staged_alone(work: Path) -> None:
    (work / "run.sh").chmod(0o755)
    record(work, {})
    stage(work, {"staged.txt": "staged\n"})
    (work / "b.txt").write_text("by hand\n", encoding="utf-8")
    before = line(work, "status", "--porcelain")
    files = {"a.txt": b"other\n", "b.txt": None, "run.sh": b"false\n", "new/d.txt": b"d\n"}
    made = commit_files(work, files, "Title", WHEN)
    assert line(work, "status", "--porcelain") == before
    shown = line(work, "show", "--raw", "--abbrev=4", "--format=%an %aI%n%s", made.id).splitlines()
    assert shown[:2] == ["github-actions[bot] 2026-11-21T03:17:00+00:00", "Title"]
    changed = {each.split("\t")[1]: each.split(" ")[1] for each in shown[3:]}
    assert changed == {
        "a.txt": "100644",
        "b.txt": "000000",
        "new/d.txt": "100644",
        "run.sh": "100755",
    }
    assert commit_files(work, files, "Title", WHEN) == made
    assert "+other\n" in patch_of(work, made.id)


def test_paths_begin_at_the_communitys_folder(work: Path) -> None:
    made = commit_files(work / "sub", {"c.txt": b"new\n"}, "Title", WHEN)
    assert line(work, "show", f"{made.id}:sub/c.txt") == "new"
    assert line(work, "show", "--name-only", "--format=", made.id) == "sub/c.txt"


def test_the_fingerprint_is_of_the_lines_alone(work: Path) -> None:
    def digest(text: str, new: str) -> str:
        record(work, {"a.txt": text})
        return commit_files(work, {"a.txt": new.encode()}, "Title", WHEN).digest

    changed = TEXT.replace("line 9\n", "line nine\n")
    first = digest(TEXT, changed)
    assert digest(f"before\n{TEXT}after\n", f"before\n{changed}after\n") == first
    assert digest(TEXT, TEXT.replace("line 9\n", "line  nine\n")) != first
    assert digest(TEXT, TEXT.replace("line 8\n", "line nine\n")) != first


@pytest.mark.parametrize(
    ("base", "leads"),
    [
        ({"b.txt": "other\n"}, True),
        ({"a.txt": TEXT + "more\n"}, True),
        ({"a.txt": TEXT.replace("line 9\n", "line IX\n")}, False),
        ({"a.txt": TEXT.replace("line 10\n", "line ten\n")}, False),
    ],
    ids=["another file", "elsewhere in it", "the same line", "the line below"],
)
def test_a_branch_leads_to_what_merging_it_gives(
    work: Path, base: Mapping[str, Content], *, leads: bool
) -> None:
    tip = commit_files(work, {"a.txt": TEXT.replace("line 9", "nine").encode()}, "Title", WHEN).id
    record(work, base)
    text = (work / "a.txt").read_text(encoding="utf-8")
    wanted = text.replace("line 9\n", "nine\n").replace("line IX\n", "nine\n")
    commit = commit_files(work, {"a.txt": wanted.encode()}, "Title", WHEN)
    assert branch(work).leads_to(tip, commit) is leads
    other = commit_files(work, {"b.txt": b"else\n"}, "Title", WHEN)
    assert not branch(work).leads_to(tip, other)


def test_a_branch_that_somebody_else_has_moved_is_not_overwritten(work: Path) -> None:
    ours = branch(work)
    assert ours.tip() is None
    first = commit_files(work, {"b.txt": b"1\n"}, "Title", WHEN).id
    second = commit_files(work, {"b.txt": b"2\n"}, "Title", WHEN).id
    ours.push(first, None)
    assert ours.tip() == first
    for stale in (None, second):
        with pytest.raises(OvertakenError):
            ours.push(second, stale)
    ours.push(second, first)
    assert ours.tip() == second


@pytest.mark.parametrize("folder", [".", "community"])
def test_a_commit_is_judged_as_a_report_on_it_would_be(tmp_path: Path, folder: str) -> None:
    """By the policies of the checkout, which may be shallow, wherever the community is in it."""
    run_git(tmp_path, "init", "--quiet", "--initial-branch=main", "whole")
    policy = "title: Partners\nroster: partners.yaml\n"
    record(tmp_path / "whole", {"notes.txt": "a\n"})
    record(
        tmp_path / "whole",
        {
            f"{folder}/policies/partners.yaml": policy,
            f"{folder}/partners.yaml": "- name: Alder\n- name: Birch\n",
        },
    )
    run_git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{tmp_path / 'whole'}", "work")
    options = Options(tmp_path / "work" / folder)

    def said(roster: str) -> tuple[State, str]:
        made = commit_files(options.root, {"partners.yaml": roster.encode()}, "Title", WHEN)
        return judged(options, "main", made.id, 0)

    state, description = said("- name: Alder\n- name: Cedar\n")
    assert (state, description[:9]) == (State.SUCCESS, "In order;")
    state, description = said("- name: Alder\n- name: <b>Cedar</b>\n")
    assert (state, description[:19]) == (State.FAILURE, "Needs work: 1 error")
    state, _ = said("- name: 'Alder\n")
    assert state is State.FAILURE
