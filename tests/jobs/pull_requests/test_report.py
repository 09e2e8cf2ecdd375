"""The report on pull requests, from the event of a finished run to the comment."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from github import GithubException

from forge.proposals import BASE, LOGO, ROLL, Jobs, Repository, event
from forge.published import BAD, BOT, GOOD, OTHER_LOGO, bodies, body, labels, title
from rollkeeper.forge.comments import claimed
from rollkeeper.loading.policy.policy_file import read_policy
from rollkeeper.model.policy import Policy
from rollkeeper.model.rule import Catalogue

MAX_REQUESTS = 12
"""To the API for one pull request, besides what git fetches."""


def test_a_good_pull_request_is_told_so(jobs: Jobs, repository: Repository) -> None:
    github, pull = repository.github, repository.propose(GOOD)
    assert jobs.report(pull)["published"] == "0"
    assert title(github, pull) == "### Rollkeeper: in order; 0 errors, 0 warnings, 0 notices"
    assert "- partners: adds Cedar\n" in body(github, pull)
    assert pull["head"]["sha"][:7] in body(github, pull)
    assert labels(github, pull) == ["rollkeeper: ok"]
    assert len(github.requests) <= 12


def test_a_fault_is_told_with_its_line_and_its_entry(jobs: Jobs, repository: Repository) -> None:
    github, pull = repository.github, repository.propose(BAD)
    jobs.report(pull)
    text = body(github, pull)
    assert title(github, pull).startswith("### Rollkeeper: needs work: 1 error")
    link = f"https://github.com/octo-community/rosters/blob/{pull['head']['sha']}/partners.yaml#L6"
    assert f"[line 6](<{link}>)" in text
    assert "**`Cedar`** of `partners`" in text
    assert "rollkeeper check --since origin/main" in text
    assert labels(github, pull) == ["rollkeeper: needs work"]


def test_a_push_that_mends_it_edits_the_same_comment(jobs: Jobs, repository: Repository) -> None:
    github, pull = repository.github, repository.propose(BAD)
    jobs.report(pull)
    first = github.comments[1][0]["id"]
    github.requests.clear()
    repository.push(pull, GOOD | {"partners/logos/cedar.svg": OTHER_LOGO + "<!-- new -->"})
    jobs.report(pull)
    assert [each["id"] for each in github.comments[1]] == [first]
    assert "Fixed since the last run: 1 finding: `unknown-field`" in body(github, pull)
    assert "### Rollkeeper: in order" in body(github, pull)
    assert labels(github, pull) == ["rollkeeper: ok"]
    assert len(github.requests) <= 12


def test_nothing_new_takes_two_requests(jobs: Jobs, repository: Repository) -> None:
    pull = repository.propose(GOOD)
    jobs.report(pull)
    repository.github.requests.clear()
    assert "verdict" not in jobs.report(pull)
    assert len(repository.github.requests) == 2


def test_the_next_day_is_checked_again_by_the_clock_that_judges(
    jobs: Jobs, repository: Repository
) -> None:
    pull = repository.propose(GOOD)
    jobs.report(pull)
    assert "verdict" not in jobs.verify(event(pull), "--today", "2026-11-21")
    assert "verdict" in jobs.verify(event(pull), "--today", "2026-11-22")


@pytest.mark.parametrize("timezone", ["Etc/GMT-14", "Etc/GMT+12"])
def test_the_comment_is_current_by_the_time_zone_of_the_policy(
    jobs: Jobs, repository: Repository, timezone: str
) -> None:
    """At any time one of the two zones has another day than UTC."""
    policy = BASE["policies/partners.yaml"] + f"timezone: {timezone}\n"
    repository.commit({"policies/partners.yaml": policy})
    pull = repository.propose(GOOD)

    def today() -> int:
        return datetime.now(tz=ZoneInfo(timezone)).date().toordinal()

    earliest = today()
    verdict = json.loads(jobs.verify(event(pull), "--fail-on", "error")["verdict"])
    assert earliest <= verdict["day"] <= today()


def test_any_number_of_files_is_read_in_every_push(jobs: Jobs, repository: Repository) -> None:
    """The second push also changes labels, which takes requests of its own."""
    github = repository.github
    names = [f"l{number}" for number in range(12, 42)]
    logos = {f"partners/logos/{name}.svg": LOGO.replace("M1", f"M0.{name[1:]}") for name in names}
    entries = "".join(f"- name: Cedar {name}\n  logo: {name}.svg\n" for name in names)
    pull = repository.propose({"partners.yaml": ROLL + entries + "  land: NL\n", **logos})
    for problem in ("`unknown-field`", "in order; 0 errors"):
        github.requests.clear()
        jobs.report(pull)
        assert problem in body(github, pull)
        assert "logo-missing" not in body(github, pull)
        assert len(github.requests) <= MAX_REQUESTS
        assert not [path for _, path in github.requests if "/git/" in path or "/compare/" in path]
        repository.push(pull, {"partners.yaml": ROLL + entries})


def test_fixes_are_suggested_in_every_push(jobs: Jobs, repository: Repository) -> None:
    """Also where labels change and many files do: nothing has to make room for them."""
    logos = {f"partners/logos/l{n}.svg": LOGO.replace("M1", f"M{n}") for n in range(2, 6)}
    pull = repository.propose({"partners.yaml": ROLL + "- name: Cedar\n  land: NL\n", **logos})
    jobs.report(pull)
    assert repository.github.reviews == []
    repository.push(pull, {"partners.yaml": ROLL + '- name: "Cedar "\n'})
    jobs.report(pull)
    (review,) = repository.github.reviews
    assert [each["line"] for each in review["comments"]] == [5]


ASKED = "rules:\n  entry-not-yours: {enabled: true}\n  rule-unused: off\n"


@pytest.mark.parametrize(
    ("role", "reported"), [("write", False), ("admin", False), ("read", True), ("triage", True)]
)
def test_the_author_is_asked_about_where_a_policy_wants_it(
    jobs: Jobs,
    repository: Repository,
    role: str,
    reported: bool,  # noqa: FBT001 - a column of the table
) -> None:
    github = repository.github
    repository.commit({"policies/partners.yaml": BASE["policies/partners.yaml"] + ASKED})
    pull = repository.propose({"partners.yaml": ROLL.replace("NL", "DE")})
    github.roles[pull["user"]["login"]] = role
    jobs.report(pull)
    assert ("`entry-not-yours`" in body(github, pull)) is reported
    assert len(github.requests) <= MAX_REQUESTS


def test_an_author_whose_role_github_does_not_give_is_unknown(
    jobs: Jobs, repository: Repository
) -> None:
    github = repository.github
    repository.commit({"policies/partners.yaml": BASE["policies/partners.yaml"] + ASKED})
    pull = repository.propose({"partners.yaml": ROLL.replace("NL", "DE")})
    github.refuse_for["permission"] = 403
    verdict = json.loads(jobs.verify(event(pull))["verdict"])
    assert "entry-not-yours" not in verdict["report"]["ran"]
    assert "entry-not-yours" in verdict["report"]["skipped"]


def test_no_role_is_asked_for_without_a_policy_that_wants_it(
    jobs: Jobs, repository: Repository
) -> None:
    pull = repository.propose({"partners.yaml": ROLL.replace("NL", "DE")})
    jobs.report(pull)
    assert not [path for _, path in repository.github.requests if "/collaborators/" in path]


def test_asking_about_the_author_keeps_the_promise(jobs: Jobs, repository: Repository) -> None:
    """The most requests are made where both labels change."""
    github = repository.github
    repository.commit({"policies/partners.yaml": BASE["policies/partners.yaml"] + ASKED})
    pull = repository.propose(BAD)
    jobs.report(pull)
    assert labels(github, pull) == ["rollkeeper: needs work"]
    github.requests.clear()
    repository.push(pull, GOOD | {"partners/logos/cedar.svg": OTHER_LOGO + "<!-- new -->"})
    jobs.report(pull)
    assert labels(github, pull) == ["rollkeeper: ok"]
    assert len(github.requests) <= MAX_REQUESTS


def test_what_was_there_before_fails_nobody(jobs: Jobs, repository: Repository) -> None:
    old = "- name: Alder Cloud\n  logo: alder.svg\n- name: Birch\n  land: NL\n"
    repository.commit({"partners.yaml": old})
    pull = repository.propose({"partners.yaml": old + "- name: Cedar\n"})
    jobs.report(pull)
    assert "in order; 0 errors" in title(repository.github, pull)
    assert "#### Already there before this change" in body(repository.github, pull)


def test_a_stale_fork_is_compared_with_where_it_left(jobs: Jobs, repository: Repository) -> None:
    pull = repository.propose({"partners.yaml": ROLL + "- name: Cedar\n"})
    repository.commit(
        {
            "partners.yaml": ROLL + "- name: Dogwood\n  logo: dogwood.svg\n",
            "partners/logos/dogwood.svg": OTHER_LOGO,
        }
    )
    jobs.report(pull)
    text = body(repository.github, pull)
    assert "adds Cedar" in text
    assert "removes" not in text
    assert "in order; 0 errors, 0 warnings" in text


def test_our_comment_is_found_on_the_second_page(jobs: Jobs, repository: Repository) -> None:
    github, pull = repository.github, repository.propose(BAD)
    github.page_limit = 30
    for number in range(35):
        github.add_comment(1, f"Comment {number}", author="octocat")
    jobs.report(pull)
    repository.push(pull, GOOD)
    jobs.report(pull)
    assert "in order" in body(github, pull)
    assert len(github.comments[1]) == 36


def test_a_copied_marker_is_not_ours(jobs: Jobs, repository: Repository) -> None:
    github, pull = repository.github, repository.propose(BAD)
    jobs.report(pull)
    copied = body(github, pull)
    github.comments[1].clear()
    github.add_comment(1, copied.replace('"run":101', '"run":999'), author="mallory")
    repository.push(pull, GOOD)
    jobs.report(pull)
    assert bodies(github, pull, "mallory") == [copied.replace('"run":101', '"run":999')]
    assert "in order" in body(github, pull)


def test_doubles_of_ours_become_one(jobs: Jobs, repository: Repository) -> None:
    github, pull = repository.github, repository.propose(BAD)
    jobs.report(pull)
    text = body(github, pull)
    double = github.add_comment(1, "", author=BOT)
    double["body"] = claimed(text, double["id"])
    repository.push(pull, GOOD)
    jobs.report(pull)
    assert "in order" in body(github, pull)


def test_a_closed_pull_request_is_left_alone(jobs: Jobs, repository: Repository) -> None:
    pull = repository.propose(BAD, is_open=False)
    assert "verdict" not in jobs.report(pull)
    assert repository.github.written() == []


def test_a_head_that_moved_on_is_left_to_its_own_run(jobs: Jobs, repository: Repository) -> None:
    pull = repository.propose(BAD)
    data = event(pull)
    outputs = jobs.verify(data)
    old = pull["head"]["sha"]
    repository.push(pull, GOOD)
    assert jobs.publish(data, outputs) == 0
    assert bodies(repository.github, pull) == []
    states = [(each["sha"], each["state"]) for each in repository.github.statuses]
    assert states == [(old, "pending"), (old, "failure")]


@pytest.mark.parametrize("result", ["failure", "cancelled"])
def test_a_check_without_a_verdict_is_told(jobs: Jobs, repository: Repository, result: str) -> None:
    github, pull = repository.github, repository.propose(BAD)
    jobs.report(pull)
    data = event(pull)
    repository.runs += 1
    begun = jobs.begin(data, AGAIN="true")
    assert jobs.publish(data, begun, result=result) == 3
    assert github.statuses[-1]["state"] == "error"
    assert title(github, pull) == "### Rollkeeper could not check this"
    assert "this is not a pass" in body(github, pull)
    assert labels(github, pull) == []

    repository.push(pull, GOOD)
    jobs.report(pull)
    assert "Fixed since the last run: 1 finding: `unknown-field`" in body(github, pull)


def test_a_policy_that_cannot_be_used_gives_no_verdict(jobs: Jobs, repository: Repository) -> None:
    repository.commit({"policies/partners.yaml": "rooster: x\n"})
    pull = repository.propose(GOOD)
    with pytest.raises(Exception, match="rooster"):
        jobs.verify(event(pull))


def test_a_token_that_may_not_write_fails(jobs: Jobs, repository: Repository) -> None:
    pull = repository.propose(BAD)
    repository.github.forbidden = {"POST", "PATCH", "DELETE"}
    with pytest.raises(GithubException, match="not accessible"):
        jobs.report(pull)


def test_patience_is_granted(jobs: Jobs, repository: Repository) -> None:
    pull = repository.propose(BAD)
    repository.github.refuse_once("GET", 403, Retry_After="0")
    repository.github.refuse_once("POST", 403, Retry_After="0")
    jobs.report(pull)
    assert "needs work" in body(repository.github, pull)


@pytest.mark.parametrize("after", [False, True], ids=["unread", "already done"])
def test_a_broken_gateway_neither_loses_nor_doubles_the_comment(
    jobs: Jobs, repository: Repository, *, after: bool
) -> None:
    pull = repository.propose(BAD)
    data = event(pull)
    repository.github.refuse_once("POST", 502, after=after)  # the status
    outputs = jobs.verify(data)
    repository.github.refuse_once("POST", 502, after=after)  # the comment
    assert jobs.publish(data, outputs) == 0
    assert "needs work" in body(repository.github, pull)
    assert [each["state"] for each in repository.github.statuses][-1] == "failure"
    assert labels(repository.github, pull) == ["rollkeeper: needs work"]


def test_labels_that_github_refuses_do_not_lose_the_report(
    jobs: Jobs, repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    pull = repository.propose(BAD)
    data = event(pull)
    outputs = jobs.verify(data)
    repository.github.refuse_for["labels"] = 422
    assert jobs.publish(data, outputs) == 0
    assert "needs work" in body(repository.github, pull)
    assert "GitHub refused the labels (422)." in capsys.readouterr().out


def test_repairs_are_suggested_once_for_each_commit(jobs: Jobs, repository: Repository) -> None:
    github = repository.github
    pull = repository.propose({"partners.yaml": ROLL + '- name: "Cedar "\n  country: DE\n'})
    data = event(pull)
    outputs = jobs.verify(data)
    jobs.publish(data, outputs)
    (review,) = github.reviews
    (offered,) = review["comments"]
    assert (offered["path"], offered["line"]) == ("partners.yaml", 5)
    assert offered["body"] == '```suggestion\n- name: "Cedar"\n```'
    repository.runs += 1
    jobs.publish(data, outputs)
    assert len(github.reviews) == 1


def test_each_policy_is_read_once_by_each_job(
    jobs: Jobs, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For both states of the rosters, and for every round of fixes."""
    read: list[str] = []

    def counted(file: Path, path: str, rules: Catalogue) -> tuple[Policy | None, Any]:
        read.append(path)
        return read_policy(file, path, rules)

    monkeypatch.setattr("rollkeeper.loading.community.read_policy", counted)
    pull = repository.propose({"partners.yaml": ROLL + '- name: "Cedar "\n  country: DE\n'})
    assert json.loads(jobs.verify(event(pull))["verdict"])["suggestions"]
    assert read == ["policies/partners.yaml"] * 2


@pytest.mark.parametrize(
    ("files", "named"),
    [
        ({"policies/partners.yaml": BASE["policies/partners.yaml"] + "# x\n"}, True),
        ({"policies/_base.yaml": "rules: {unknown-field: off}\n"}, True),
        ({".github/workflows/build.yml": "on: push\n"}, True),
        ({".github/CODEOWNERS": "* @octocat\n"}, False),
        ({"scripts/deploy.sh": "true\n", "schemas/x.json": "{}"}, False),
        ({"docs/index.md": "Welcome\n"}, False),
    ],
)
def test_a_change_of_what_judges_is_said_and_of_anything_else_is_not(
    jobs: Jobs, repository: Repository, files: dict[str, str], *, named: bool
) -> None:
    github, pull = repository.github, repository.propose(files)
    jobs.report(pull)
    (status,) = (each for each in github.statuses if each["state"] != "pending")
    assert status["state"] == "success"
    assert bool(bodies(github, pull)) is named
    assert labels(github, pull) == []
    if named:
        assert status["description"].startswith("Needs a review of changed policies")
        assert next(iter(files)) in body(github, pull)
    else:
        assert status["description"] == "Nothing of the rosters changes"


def test_in_a_repository_with_our_code_its_scripts_decide(
    jobs: Jobs, repository: Repository
) -> None:
    repository.commit({"scripts/rollkeeper/__init__.py": ""})
    pull = repository.propose({"scripts/validate.py": "print('in order')\n"})
    jobs.report(pull)
    assert "`scripts/validate.py`" in body(repository.github, pull)
