"""The pull requests of an audit: each kept by what the rosters and the history say this night."""

from __future__ import annotations

import re
from collections.abc import Iterator
from subprocess import CalledProcessError, TimeoutExpired
from urllib.parse import quote

from rollkeeper.engine.run import Options
from rollkeeper.forge.bot_pull_request import ProposalAction
from rollkeeper.forge.client import name_of
from rollkeeper.grammar.bodies import Marker
from rollkeeper.grammar.escaping import terminal, visible
from rollkeeper.jobs.audit.issues.content import IssueSection
from rollkeeper.jobs.audit.scene import Scene
from rollkeeper.jobs.bot_branch import OvertakenError, PublishRefusedError
from rollkeeper.jobs.proposals import BotProposal, ProposalHost, ProposalOutcome, keep_listed
from rollkeeper.jobs.vouching import judged
from rollkeeper.loading.files import read_inside
from rollkeeper.model.commit_status import State
from rollkeeper.model.limits import MAX_PROPOSED_BYTES
from rollkeeper.model.policy import Severity

__all__ = ["BotProposal", "keep"]

_SILENT = frozenset({ProposalAction.NOTHING, ProposalAction.LEAVE, ProposalAction.REFUSED})


_MOST_PATCH = 20_000
_BACKTICKS = re.compile("`{3,}")


def keep(scene: Scene, proposal: BotProposal) -> int:
    """Keep one pull request up to date, or closed; return its number, 0 where none is open.

    Where GitHub lets no workflow open it the difference goes to the tracking issue. A refusal by a
    person is remembered; what goes wrong is said, and the job fails.
    """
    listed = scene.item(proposal.kind, proposal.key)
    known = scene.before.refusals.get(proposal.branch)
    try:
        outcome = keep_listed(_host(scene), proposal, listed, known)
    except (PublishRefusedError, OvertakenError) as error:
        scene.fail(f"{proposal.branch}: {error}")
        return 0
    except (CalledProcessError, TimeoutExpired) as error:
        said = (error.stderr or b"").decode(errors="replace").strip().splitlines()
        why = terminal(said[-1]) if said else "git did not answer"
        scene.fail(f"{proposal.branch}: git failed: {why}")
        return 0
    _report(scene, proposal, outcome)
    return outcome.number


def _host(scene: Scene) -> ProposalHost:
    def read(path: str) -> bytes | None:
        data, _ = read_inside(scene.root, path, MAX_PROPOSED_BYTES)
        return data

    def judge(commit: str, number: int) -> tuple[State, str]:
        return judged(_whole(scene.options), scene.branch, commit, number)

    name = name_of(scene.repository)
    return ProposalHost(
        root=scene.root,
        remote=f"{scene.server_url}/{name}.git",
        base=scene.branch,
        repository=scene.repository,
        outbox=scene.outbox,
        now=scene.now,
        read=read,
        judge=judge,
    )


def _whole(options: Options) -> Options:
    """Return the options of a report: all programmes and rules, whatever the audit was for."""
    return Options(options.root, options.policies, today=options.today)


def _report(scene: Scene, proposal: BotProposal, outcome: ProposalOutcome) -> None:
    marker = Marker(proposal.kind, proposal.key, "")
    scene.remember(marker, outcome.number)
    if outcome.refusal is not None:
        scene.refusals[proposal.branch] = outcome.refusal
    if outcome.action is ProposalAction.FORBIDDEN:
        for name in _concerned(scene, proposal):
            section = difference(proposal, outcome, _address(scene, proposal))
            scene.sections.setdefault(name, []).append(section)
        scene.say(f"{proposal.branch}: {outcome.why}; the tracking issue has the difference")
    elif outcome.action not in _SILENT:
        how = "would be" if scene.outbox.is_dry else "was"
        number = f" (#{outcome.number})" if outcome.number else ""
        scene.say(f"{proposal.branch}: the pull request {how} {outcome.action}{number}")


def _concerned(scene: Scene, proposal: BotProposal) -> Iterator[str]:
    """Yield the programmes of which a proposal changes the roster, a logo or the policy."""
    for programme in scene.community.programmes:
        rosters = {each.path for each in programme.roster.sources} | {programme.policy.path}
        logos = f"{programme.policy.logos.strip('/')}/" if programme.policy.logos else None
        if any(path in rosters or (logos and path.startswith(logos)) for path in proposal.files):
            yield programme.name


def _address(scene: Scene, proposal: BotProposal) -> str:
    """Return where a person opens the pull request that no workflow may open."""
    where = f"{quote(scene.branch)}...{quote(proposal.branch)}?expand=1"
    return f"{scene.server_url}/{name_of(scene.repository)}/compare/{where}"


def difference(proposal: BotProposal, outcome: ProposalOutcome, address: str) -> IssueSection:
    """Return the part of an issue that has a difference in place of a pull request."""
    patch = outcome.patch
    if len(patch) > _MOST_PATCH:
        patch = f"{patch[:_MOST_PATCH].rpartition(chr(10))[0]}\n(the rest is cut)\n"
    longest = max(map(len, _BACKTICKS.findall(patch)), default=0)
    fence = "`" * max(3, longest + 1)
    text = (
        "GitHub lets no workflow open pull requests here. Allow it under Settings, Actions, "
        "General, Workflow permissions, or open this one by hand: "
        f"[compare and create]({address}).\n\n"
        f"{fence}diff\n{visible(patch)}{fence}\n"
    )
    title = f"Proposed: {proposal.title}"
    return IssueSection(title, text, outcome.digest, Severity.WARNING)
