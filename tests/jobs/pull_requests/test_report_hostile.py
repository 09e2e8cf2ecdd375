"""What a pull request must not be able to do to its report."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable

import pytest

from forge.proposals import BASE, ROLL, Jobs, Repository
from forge.published import BAD, GOOD, OTHER_LOGO, body, labels
from rendered import rendered
from rollkeeper.model.logo_limits import MAX_LOGO_BYTES
from rollkeeper.reports.addresses import HOME
from standin import pulls


def test_a_link_a_submodule_and_what_is_too_large_are_said_and_never_fetched(
    jobs: Jobs, repository: Repository
) -> None:
    github = repository.github
    names = ("link", "module", "large", "run")
    roster = ROLL + "".join(f"- name: {name.title()}\n  logo: {name}.svg\n" for name in names)
    repository.git("checkout", "--quiet", "-b", "change")
    (repository.work / "partners.yaml").write_text(roster, encoding="utf-8")
    logos = repository.work / "partners" / "logos"
    (logos / "link.svg").symlink_to("/etc/passwd")
    with (logos / "large.svg").open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    (logos / "run.svg").write_text(OTHER_LOGO, encoding="utf-8")
    (logos / "run.svg").chmod(0o755)
    repository.git("add", "--all")
    commit = repository.git("rev-parse", "main")
    repository.git(
        "update-index", "--add", "--cacheinfo", f"160000,{commit},partners/logos/module.svg"
    )
    head, base = repository.record("change"), repository.git("rev-parse", "main")
    pull = pulls.pull(github, head=head, base=base)
    jobs.report(pull)
    text = body(github, pull)
    assert "### Rollkeeper: not everything could be checked" in text
    for name, why in (
        ("link", "it is a symbolic link"),
        ("module", "it is a submodule"),
        ("large", "it is too large to be read"),
        ("run", "it is marked as executable"),
    ):
        assert f"- `partners/logos/{name}.svg`: {why}" in text
    assert "`logo-is-link`" in text
    assert f"more than {MAX_LOGO_BYTES // 1024 // 1024} MiB" in text
    assert "has no file" not in text
    assert labels(github, pull) == ["rollkeeper: needs work"]


def to_folder(repository: Repository) -> None:
    (repository.work / "partners.yaml").unlink()
    (repository.work / "partners.yaml").mkdir()
    (repository.work / "partners.yaml" / "x").write_text(ROLL, encoding="utf-8")


def to_link(repository: Repository) -> None:
    (repository.work / "partners.yaml").rename(repository.work / "old.yaml")
    (repository.work / "partners.yaml").symlink_to("old.yaml")


def to_submodule(repository: Repository) -> None:
    repository.git("rm", "--quiet", "partners.yaml")
    commit = repository.git("rev-parse", "main")
    repository.git("update-index", "--add", "--cacheinfo", f"160000,{commit},partners.yaml")


REPLACED: list[tuple[str, Callable[[Repository], object], str]] = [
    ("removed", lambda r: r.git("rm", "--quiet", "partners.yaml"), "no longer a plain file"),
    ("A40 renamed", lambda r: r.git("mv", "partners.yaml", "old.yaml"), "no longer a plain file"),
    ("A41 a folder", to_folder, "no longer a plain file"),
    ("a link", to_link, "it is a symbolic link"),
    ("a submodule", to_submodule, "it is a submodule"),
]


@pytest.mark.parametrize(
    ("replace", "why"), [row[1:] for row in REPLACED], ids=[row[0] for row in REPLACED]
)
def test_a_roster_that_is_gone_is_an_error_whatever_takes_its_place(
    jobs: Jobs, repository: Repository, replace: Callable[[Repository], object], why: str
) -> None:
    github = repository.github
    repository.git("checkout", "--quiet", "-b", "change")
    replace(repository)
    if why != "it is a submodule":
        repository.git("add", "--all")
    head, base = repository.record("change"), repository.git("rev-parse", "main")
    pull = pulls.pull(github, head=head, base=base)
    jobs.report(pull)
    text = body(github, pull)
    assert f"- `partners.yaml`: {'the roster is ' if 'plain' in why else ''}{why}" in text
    assert re.search(r"[1-9] errors?,", text)
    assert "`roster-shape`" in text
    assert labels(github, pull) == ["rollkeeper: needs work"]


def test_code_and_policies_of_the_pull_request_judge_nothing(
    jobs: Jobs, repository: Repository
) -> None:
    relaxed = BASE["policies/partners.yaml"] + "rules:\n  unknown-field: off\n"
    pull = repository.propose(
        BAD
        | {
            "policies/partners.yaml": relaxed,
            "policies/partners.schema.json": "{}",
            "scripts/verify_pull_request.py": "raise SystemExit(0)\n",
            ".github/workflows/check.yml": "name: Check\n",
        }
    )
    jobs.report(pull)
    text = body(repository.github, pull)
    assert "`unknown-field`" in text
    assert "It also touches 4 files that belong to no roster" in text


def test_logos_are_drawn_on_white_and_on_dark(jobs: Jobs, repository: Repository) -> None:
    pull = repository.propose(GOOD)
    outputs = jobs.report(pull)
    assert outputs["previews"] == "true"
    sheet = (jobs.folder / "previews" / "logos.png").read_bytes()
    assert sheet.startswith(b"\x89PNG")
    assert "drawn [on white and on dark]" in body(repository.github, pull)


def test_what_strangers_write_does_nothing_in_the_comment(
    jobs: Jobs, repository: Repository
) -> None:
    hostile = "@octocat <img src=x> [a](https://x.example) --> ::error::x #1"
    entry = json.dumps({"name": hostile, "colour": hostile})
    pull = repository.propose({"partners.yaml": ROLL + f"- {entry}\n"})
    jobs.report(pull)
    shown = rendered(body(repository.github, pull))
    assert hostile in shown.text
    assert not {"img"} & {tag for tag, _ in shown.tags}
    links = [dict(attributes)["href"] for tag, attributes in shown.tags if tag == "a"]
    ours = ("https://github.com/octo-community/rosters/", f"{HOME}/blob/main/docs/rules.md#")
    assert all(str(link).startswith(ours) for link in links)


def number(text: str) -> int:
    return int(text.replace(",", ""))


def test_the_verdict_travels_as_one_line_of_ascii(jobs: Jobs, repository: Repository) -> None:
    entries = "".join(f"- name: Entry {number}\n  farbe☃: 1\n" for number in range(900))
    pull = repository.propose({"partners.yaml": ROLL + entries})
    outputs = jobs.report(pull)
    assert len(outputs["verdict"]) <= 120_000
    assert outputs["verdict"].isascii()
    text = body(repository.github, pull)
    assert len(text) <= 65_536
    counts = re.search(r"needs work: (\S+) errors?, (\S+) warnings?, (\S+) notices?", text)
    shown = re.search(r"\*Shown: the first (\S+) of (\S+) findings; ", text)
    assert counts
    assert shown
    assert sum(map(number, counts.groups())) == number(shown[2]) > number(shown[1])


def test_git_is_not_asked_to_check_anything_out(jobs: Jobs, repository: Repository) -> None:
    pull = repository.propose(BAD)
    before = repository.git("rev-parse", "HEAD")
    jobs.report(pull)
    assert repository.git("rev-parse", "HEAD") == before
    assert repository.git("status", "--porcelain") == ""
    with pytest.raises(subprocess.CalledProcessError):
        repository.git("rev-parse", "--verify", "FETCH_HEAD")
