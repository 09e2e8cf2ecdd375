"""The pull requests of an audit: each kept by what the rosters and the history say this night."""

from __future__ import annotations

from subprocess import CalledProcessError, TimeoutExpired

from rollkeeper.engine.run import Options
from rollkeeper.forge.bot_pull_request import ProposalAction
from rollkeeper.grammar.bodies import Marker
from rollkeeper.grammar.escaping import terminal
from rollkeeper.jobs.audit.scene import Difference, Scene
from rollkeeper.jobs.bot_branch import OvertakenError, PublishRefusedError
from rollkeeper.jobs.proposals import BotProposal, ProposalHost, ProposalOutcome, keep_listed
from rollkeeper.jobs.vouching import judged
from rollkeeper.loading.files import read_inside
from rollkeeper.model.commit_status import State
from rollkeeper.model.limits import MAX_PROPOSED_BYTES

__all__ = ["BotProposal", "keep"]

_SILENT = frozenset({ProposalAction.NOTHING, ProposalAction.LEAVE, ProposalAction.REFUSED})


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

    name = scene.repository.full_name
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
        scene.differences.append(Difference(proposal.title, proposal.branch, outcome.patch))
        scene.say(f"{proposal.branch}: {outcome.why}; the tracking issue has the difference")
    elif outcome.action not in _SILENT:
        number = f" (#{outcome.number})" if outcome.number else ""
        scene.say(f"{proposal.branch}: the pull request was {outcome.action}{number}")
