"""A policy's requirements compiled, once for all entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rollkeeper.engine.requirements.expressions import Expression, compile_expression
from rollkeeper.model.policy import Requirement


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A requirement whose expressions can be run."""

    requirement: Requirement
    expect: Expression
    when: Expression | None = None
    message: Expression | None = None
    concerns: Expression | None = None

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """Those that it has."""
        every = (self.when, self.expect, self.message, self.concerns)
        return tuple(each for each in every if each is not None)

    @property
    def costly(self) -> bool:
        """Whether the length of the expressions sets no bound on the time."""
        return any(each.costly for each in self.expressions)

    @property
    def uses_old(self) -> bool:
        """Whether it compares with the state before a change."""
        return any(each.uses_old for each in self.expressions)

    @property
    def uses_roster(self) -> bool:
        """Whether it reads the programme's own roster, besides one entry of it."""
        return self.requirement.of_roster or any(each.uses_roster for each in self.expressions)

    def named(self) -> frozenset[str]:
        """Return the programmes whose rosters it names."""
        return frozenset().union(*(each.programmes or () for each in self.expressions))

    def may_use(self, programme: str) -> bool:
        """Whether it may read the roster of a programme."""
        return any(each.may_use(programme) for each in self.expressions)


@dataclass(frozen=True, slots=True)
class CompiledRequirements:
    """A policy's requirements: those that can be run, and what is wrong with the others."""

    ready: tuple[Evaluation, ...]
    errors: tuple[tuple[Requirement, str], ...]


def compile_all(requirements: Sequence[Requirement]) -> CompiledRequirements:
    """Compile the expressions of all requirements; what does not compile becomes an error."""
    ready: list[Evaluation] = []
    errors: list[tuple[Requirement, str]] = []
    for each in requirements:
        made: dict[str, Expression] = {}
        for key, source in _sources(each):
            compiled = compile_expression(source, of_roster=each.of_roster)
            if isinstance(compiled, str):
                errors.append((each, f"`{key}` of {each.id}: {compiled}"))
            else:
                made[key] = compiled
        if len(made) == sum(1 for _ in _sources(each)):
            rest = (made.get(key) for key in ("when", "messageExpression", "concerns"))
            ready.append(Evaluation(each, made["expect"], *rest))
    return CompiledRequirements(tuple(ready), tuple(errors))


def _sources(requirement: Requirement) -> Iterator[tuple[str, str]]:
    for key, source in (
        ("when", requirement.when),
        ("expect", requirement.expect),
        ("messageExpression", requirement.message_expression),
        ("concerns", requirement.concerns),
    ):
        if source is not None:
            yield key, source
