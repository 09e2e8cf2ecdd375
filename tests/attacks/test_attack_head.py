"""What a head commit may hold: links, folders, submodules, names, sizes, and objects that are broken."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

import pytest

from attacks.stage import STATUS, Stage, assert_harmless
from forge.proposals import LOGO, POLICY, ROLL
from forge.published import GOOD, OTHER_LOGO
from worktrees import Content

SECRETS = ("root:x:", "GITHUB_TOKEN", "PATH=")


def link(stage: Stage, path: str, to: str) -> None:
    """Put a symbolic link where a file or a folder may have been."""
    stage.git("rm", "-r", "--quiet", "--cached", "--ignore-unmatch", path)
    blob = stage.folder / "target"
    blob.write_text(to, encoding="utf-8")
    sha = stage.git("hash-object", "-w", str(blob))
    stage.git("update-index", "--add", "--cacheinfo", f"120000,{sha},{path}")


def submodule(stage: Stage, path: str) -> None:
    stage.git("rm", "-r", "--quiet", "--cached", "--ignore-unmatch", path)
    commit = stage.git("rev-parse", "main")
    stage.git("update-index", "--add", "--cacheinfo", f"160000,{commit},{path}")


def refused(stage: Stage, pull: dict[str, object], *said: str) -> str:
    """Assert that a pull request cannot be merged and that its comment says why; return it."""
    text = stage.comment(pull)
    assert stage.why_not_merged(pull) in ([f"{STATUS}: failure"], [f"{STATUS}: error"]), text
    assert "rollkeeper: ok" not in stage.labels(pull)
    for each in said:
        assert each in text
    for secret in SECRETS:
        assert secret not in text
    return text


@pytest.mark.parametrize("to", ["/etc/passwd", "/proc/self/environ", "partners/logos/alder.svg"])
def test_a5a_the_roster_is_a_link(stage: Stage, to: str) -> None:
    pull = stage.propose(lambda: link(stage, "partners.yaml", to))
    stage.report(pull)
    refused(stage, pull, "partners.yaml", "symbolic link")


@pytest.mark.parametrize("to", ["/proc/self/environ", "../../partners.yaml"])
def test_a5b_a_logo_is_a_link(stage: Stage, to: str) -> None:
    def change() -> None:
        stage.write({"partners.yaml": ROLL + "- name: Cedar\n  logo: cedar.svg\n"})
        link(stage, "partners/logos/cedar.svg", to)

    pull = stage.propose(change)
    stage.report(pull)
    refused(stage, pull, "partners/logos/cedar.svg", "symbolic link")


def test_a5c_the_folder_of_logos_is_a_link(stage: Stage) -> None:
    pull = stage.propose(lambda: link(stage, "partners/logos", "/etc"))
    stage.report(pull)
    refused(stage, pull, "partners/logos", "`logo-is-link`")


def test_the_roster_s_own_folder_becomes_a_link(stage: Stage) -> None:
    moved = POLICY.replace("roster: partners.yaml", "roster: partners/list.yaml")
    stage.commit({"policies/partners.yaml": moved, "partners/list.yaml": ROLL})

    def change() -> None:
        stage.write({"elsewhere/list.yaml": ROLL, "elsewhere/logos/alder.svg": LOGO})
        link(stage, "partners", "elsewhere")

    pull = stage.propose(change)
    stage.report(pull)
    refused(stage, pull, "partners/list.yaml")


def test_a6a_a_huge_logo_is_named_and_not_fetched(stage: Stage) -> None:
    roster = ROLL + "- name: Cedar\n  logo: cedar.svg\n"
    large = os.urandom(1 << 20) * 20
    pull = stage.propose({"partners.yaml": roster, "partners/logos/cedar.svg": large})
    stage.github.sent = 0
    stage.report(pull)
    refused(stage, pull, "partners/logos/cedar.svg", "too large")
    assert stage.github.sent < 10_000_000


def test_a6b_a_roster_of_nineteen_megabytes_is_never_a_pass(stage: Stage) -> None:
    line = "- name: {}\n"
    roster = ROLL + "".join(line.format("x" * 1000 + str(number)) for number in range(19_000))
    pull = stage.propose({"partners.yaml": roster})
    stage.report(pull)
    refused(stage, pull, "partners.yaml")


def test_a7_a_faulty_roster_behind_hundreds_of_other_files(stage: Stage) -> None:
    files: dict[str, Content] = {f"a/{number:04}.txt": str(number) for number in range(400)}
    pull = stage.propose({**files, "partners.yaml": ROLL + "- name: Cedar\n  land: x\n"})
    stage.report(pull)
    refused(stage, pull, "`unknown-field`", "line 6")


NAMES = (
    "partners/logos/`touch stolen`.svg",
    "partners/logos/$(touch stolen).svg",
    "partners/logos/::error::forged.svg",
    "partners/logos/a\nb.svg",
    "partners/logos/<img src=x onerror=alert(1)>.svg",
    "partners/logos/@octocat.svg",
    "partners/logos/%0A::error::forged.svg",
    "-rf.svg",
    "partners/logos/##[error]forged.svg",
    "partners/logos/\u202egvs.svg",
    "partners/logos/[x](https://evil.example).svg",
)


def test_a8_names_of_files_are_text_and_nothing_else(stage: Stage) -> None:
    files: dict[str, Content] = dict.fromkeys(NAMES, OTHER_LOGO)
    pull = stage.propose({**files, "partners.yaml": ROLL + "- name: Cedar\n"})
    ran = stage.report(pull)
    assert ran is not None
    assert_harmless(stage.comment(pull))
    obeyed = [line for line in ran.log.splitlines() if "forged" in line]
    for line in obeyed:
        assert not line.startswith(("::error::forged", "##[error]forged"))
    assert not list(stage.folder.rglob("stolen"))


def test_a8b_a_name_too_long_for_a_disk_does_not_break_the_report(stage: Stage) -> None:
    """Git takes the name although no file system does."""
    sha = stage.git("rev-parse", "main:partners/logos/alder.svg")
    name = "partners/logos/" + "x" * 400 + ".svg"

    def change() -> None:
        stage.git("update-index", "--add", "--cacheinfo", f"100644,{sha},{name}")

    pull = stage.propose(change)
    ran = stage.report(pull)
    assert ran is not None
    assert ran.statuses == {"begin": 0, "verify": 0, "publish": 0}
    assert "x" * 50 in stage.comment(pull)


def anchors() -> str:
    levels = ["a0: &a0 [x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    return "\n".join(levels) + "\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param(anchors(), "anchor", id="a14a-anchors"),
        pytest.param("- " + "[" * 5000 + "]" * 5000 + "\n", "nest", id="a14b-nesting"),
        pytest.param("- {}\n" * 900_000, "partners.yaml", id="a14c-entries"),
    ],
)
def test_a14_a_roster_made_to_exhaust_its_reader(stage: Stage, text: str, told: str) -> None:
    pull = stage.propose({"partners.yaml": text})
    stage.report(pull)
    assert told in refused(stage, pull).lower()


@pytest.mark.parametrize("where", ["old.yaml", "partners.yaml.bak", "archive/partners.yaml"])
def test_a40_the_roster_renamed_away(stage: Stage, where: str) -> None:
    (stage.work / "archive").mkdir()
    pull = stage.propose(lambda: stage.git("mv", "partners.yaml", where))
    stage.report(pull)
    refused(stage, pull, "partners.yaml")


def test_a41_the_roster_becomes_a_folder(stage: Stage) -> None:
    pull = stage.propose({"partners.yaml": None})

    def change() -> None:
        stage.write({"partners.yaml/x": ROLL})

    stage.push(pull, change)
    stage.report(pull)
    refused(stage, pull, "partners.yaml")


def test_a_submodule_takes_the_name_of_the_roster(stage: Stage) -> None:
    pull = stage.propose(lambda: submodule(stage, "partners.yaml"))
    stage.report(pull)
    refused(stage, pull, "partners.yaml", "submodule")


def test_the_roster_is_moved_behind_a_name_of_other_case(stage: Stage) -> None:
    pull = stage.propose(lambda: stage.git("mv", "partners.yaml", "Partners.yaml"))
    stage.report(pull)
    refused(stage, pull, "partners.yaml")


def test_a_second_roster_of_other_case_is_not_read_in_its_place(stage: Stage) -> None:
    pull = stage.propose(
        {"Partners.yaml": ROLL, "partners.yaml": ROLL + "- name: Cedar\n  land: x\n"}
    )
    stage.report(pull)
    refused(stage, pull, "`unknown-field`")


def test_a_policy_is_renamed_away_in_the_head(stage: Stage) -> None:
    def change() -> None:
        stage.write({"partners.yaml": ROLL + "- name: Cedar\n  land: x\n"})
        stage.git("mv", "policies/partners.yaml", "policies/partners.yaml.old")

    pull = stage.propose(change)
    stage.report(pull)
    refused(stage, pull, "`unknown-field`", "policies/partners.yaml")


@pytest.mark.parametrize(
    "broken",
    [
        {"policies/partners.yaml": "roster: partners.yaml\nrules: {no-such-rule: on}\n"},
        {"policies/partners.yaml": "roster: [\n"},
        {"policies/partners.schema.json": "{"},
        {"policies/partners.schema.json": None},
    ],
)
def test_a_policy_or_schema_in_the_head_that_cannot_be_read_is_an_error(
    stage: Stage, broken: dict[str, Content]
) -> None:
    """Merged, it would end every check of the community."""
    pull = stage.propose(broken)
    stage.report(pull)
    (path,) = broken
    refused(stage, pull, path)


def test_a1b_the_page_is_a_link(stage: Stage) -> None:
    stage.commit({"partners/README.md": "# Partners\n"})
    pull = stage.propose(lambda: link(stage, "partners/README.md", "/etc/passwd"))
    stage.report(pull)
    refused(stage, pull, "partners/README.md")


def test_a1d_the_folder_of_policies_is_a_link(stage: Stage) -> None:
    pull = stage.propose(lambda: link(stage, "policies", "/etc"))
    stage.report(pull)
    refused(stage, pull, "policies")


def test_a46_attributes_of_git_have_no_say(stage: Stage) -> None:
    attributes = "*.yaml ident -diff export-ignore\n"
    roster = ROLL + "- name: Cedar\n  land: $Id$\n"
    pull = stage.propose({"partners.yaml": roster})
    stage.push(pull, {".gitattributes": attributes, "policies/.gitattributes": attributes})
    stage.report(pull)
    refused(stage, pull, "`unknown-field`")


def test_n2_words_outside_of_the_markers_of_a_page_are_the_community_s_own(stage: Stage) -> None:
    """They are left to a reviewer: no finding, but the page stays as it is, and nothing is alive."""
    page = "# Partners\n<!-- rollkeeper:begin -->\n<!-- rollkeeper:end -->\n"
    stage.commit({"partners/README.md": page})
    more = page + "[Win a prize](https://evil.example)\n"
    pull = stage.propose({"partners/README.md": more})
    stage.report(pull)
    assert stage.why_not_merged(pull) == []
    assert "evil.example" not in stage.comment(pull)
    assert_harmless(stage.comment(pull))


def test_a_tree_of_a_hundred_thousand_files_is_read_and_judged(stage: Stage) -> None:
    sha = stage.git("rev-parse", "main:partners/logos/alder.svg")
    lines = "".join(f"100644 {sha}\tdeep/{number % 300}/{number}\n" for number in range(100_000))
    listing = stage.folder / "listing"
    listing.write_text(lines, encoding="ascii")

    def change() -> None:
        stage.write({"partners.yaml": ROLL + "- name: Cedar\n  land: x\n"})
        stage.run("sh", "-c", f'git update-index --index-info < "{listing}"', where=stage.work)

    pull = stage.propose(change)
    stage.report(pull)
    refused(stage, pull, "`unknown-field`")


def objects(stage: Stage, sha: str) -> Path:
    return stage.hosted / "objects" / sha[:2] / sha[2:]


def test_a_head_whose_objects_are_broken_is_told_and_never_a_pass(stage: Stage) -> None:
    pull = stage.propose(GOOD)
    blob = stage.run(
        "git", "-C", str(stage.hosted), "rev-parse", f"{pull['head']['sha']}:partners.yaml"
    )
    packs = list((stage.hosted / "objects" / "pack").glob("*.pack"))
    for pack in packs:
        moved = stage.folder / pack.name
        pack.rename(moved)
        stage.run("sh", "-c", f'git -C "{stage.hosted}" unpack-objects -q < "{moved}"')
    broken = objects(stage, blob)
    broken.chmod(0o644)
    broken.write_bytes(zlib.compress(b"blob 8\0- name: x"))
    ran = stage.report(pull)
    assert ran is not None
    assert stage.why_not_merged(pull) != []
    assert stage.status(pull["head"]["sha"]) == "error"
    assert "could not check" in stage.comment(pull)
