"""Requirements in CEL: what they see and what they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.requirements.cases import ADA, PLACE, TODAY, programme, requirement, states
from rollkeeper.engine.requirements import expressions
from rollkeeper.engine.requirements import problems as requirement_problems
from rollkeeper.engine.requirements.compiling import compile_all
from rollkeeper.engine.requirements.outcomes import Outcome, RequirementState
from rollkeeper.engine.requirements.problems import check
from rollkeeper.model.limits import MAX_EXPRESSION_LENGTH
from rollkeeper.model.policy import Requirement
from rollkeeper.model.report import Problem
from rollkeeper.model.roster import Programme


@pytest.mark.parametrize(
    "expression",
    [
        "size(entry.members) >= 2",
        'entry.members.exists(m, m.github == "b") && entry.members.all(m, has(m.github))',
        "active(entry)",
        "evidence(entry.criteria) == 1",
        "evidence(entry.members) == 0",
        "days_until(entry.end) == 10 && days_since(entry.end) == -10",
        'entry.end > today && today == "2026-11-21"',
        'timestamp(today + "T00:00:00Z").getFullYear() == 2026',
        "roster.filter(e, e.name == entry.name).size() == 1",
        "roster.all(entry, active(entry))",
        '"name" in entry && entry["name"] == "Ada"',
        'entry.contact.email.endsWith(".example")',
        'entry.name.matches("^A[a-z]+$")',
        "entry.nothing == null",
        'has(entry.website) ? entry.website != "" : true',
        "entry.missing == 1 || true",
        r'r"entry.foo(" != "\"" // entry.bar',
        '{"entry": entry.count}.entry == 3',
    ],
)
def test_what_an_expression_may_say(expression: str) -> None:
    assert states(programme(ADA), requirement(expression)) == [(RequirementState.MET, "")]


@pytest.mark.parametrize(
    ("expression", "state", "detail"),
    [
        ("size(entry.members) > 2", RequirementState.UNMET, ""),
        ("entry.website != ''", RequirementState.UNMET, "it has no `website`"),
        ("entry.contact.github != ''", RequirementState.UNMET, "it has no `contact.github`"),
        ("has(entry.address.city)", RequirementState.UNMET, "it has no `address`"),
        ("entry.members.all(m, m.profile != '')", RequirementState.UNMET, "it has no `profile`"),
        (
            "entry.members[5].github == ''",
            RequirementState.BROKEN,
            "in `expect`: index beyond the end",
        ),
        ("entry.count > 'a'", RequirementState.BROKEN, "has the wrong type for this operation"),
        (
            "size(entry.count) > 1",
            RequirementState.BROKEN,
            "`size` is called with a value of the wrong type",
        ),
        ("entry.count", RequirementState.BROKEN, "the result is a number, not true or false"),
        ("entry.count / 0 == 1", RequirementState.BROKEN, "in `expect`: division by zero"),
        ("9223372036854775807 + entry.count > 1", RequirementState.BROKEN, "a number is too large"),
        ("entry.members.all(m, true) && m == 1", RequirementState.BROKEN, "unknown variable `m`"),
        ("days_until(entry.wrong) > 1", RequirementState.BROKEN, "write 2026-12-01"),
        ("days_until(entry.count) > 1", RequirementState.BROKEN, "`3` is not a date"),
        ("evidence(entry.name) > 1", RequirementState.BROKEN, "evidence() takes"),
        ("active(entry.name)", RequirementState.BROKEN, "active() takes an entry"),
        ("entry.name.matches('(')", RequirementState.BROKEN, "not a valid regex"),
        ("int(entry.name) > 1", RequirementState.BROKEN, "int"),
    ],
)
def test_what_stands_in_the_way_is_said(expression: str, state: str, detail: str) -> None:
    [(found, said)] = states(programme(ADA), requirement(expression))
    assert found == state
    assert detail in said


def test_nothing_is_said_elsewhere(capfd: pytest.CaptureFixture[str]) -> None:
    states(programme(ADA), requirement("days_until(entry.wrong) > 1"))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("when", "outcome"),
    [
        ('entry.status == "active"', (RequirementState.UNMET, "")),
        ('entry.status == "alumni"', (RequirementState.NOT_ASKED, "")),
        (
            'entry.tier == "gold"',
            (RequirementState.BROKEN, "`when` uses `tier`, which this entry does not have"),
        ),
        (
            "entry.count",
            (RequirementState.BROKEN, "in `when`: the result is a number, not true or false"),
        ),
        ("entry.count / 0 == 1", (RequirementState.BROKEN, "in `when`: division by zero")),
    ],
)
def test_when_decides_which_entries_are_asked(when: str, outcome: tuple[str, str]) -> None:
    assert states(programme(ADA), requirement("false", when)) == [outcome]


@pytest.mark.parametrize(
    "expression",
    [
        'entry["na" + "me"] == "Ada"',
        "entry.exists(key, key == 'name')",
        "entry.exists // each field\n(key, key == 'name')",
        "size(entry) == 9",
        "entry == entry && 'name' in entry",
        "[entry].all(e, e.name == 'Ada' && active(e))",
        "entry // the whole\n.name == 'Ada'",
        "entry . name == 'Ada'",
        "(entry).name == 'Ada'",
        "{'of': entry}.of.name == 'Ada'",
        "[entry].all(entry, entry.name == 'Ada')",
        "entry.members.all(entry, entry.github != '') && entry.name == 'Ada'",
        "entry.members.all( // each\n m // member\n , m.github != '')",
        "roster.all(roster, roster.name == 'Ada')",
        "'active(entry)' != '' && entry.status == 'active'",
    ],
)
def test_all_that_an_expression_reads_is_there(expression: str) -> None:
    asked = requirement(expression), requirement(f"roster.all(e, true) && {expression}")
    assert states(programme(ADA), *asked) == [(RequirementState.MET, "")] * 2


def test_only_what_is_read_is_converted() -> None:
    unusable = {"name": "Ada", "unread": "\ud800"}
    [of_name, of_all] = states(
        programme(unusable), requirement("entry.name == 'Ada'"), requirement("size(entry) == 2")
    )
    assert of_name == (RequirementState.MET, "")
    assert of_all[0] is RequirementState.BROKEN
    assert of_all[1] == "in `expect`: the entry has a value that expressions cannot use"


def test_status_is_read_where_the_policy_says() -> None:
    roster = programme({"name": "A", "status": " Withdrawn"}, {"name": "B"}, {"status": 3})
    found = [state for state, _ in states(roster, requirement("active(entry)"))]
    assert found == [RequirementState.UNMET, RequirementState.MET, RequirementState.MET]


@pytest.mark.parametrize(
    ("expression", "part"),
    [
        ("entry.name >", "not a CEL expression: Syntax error: "),
        ("true &&\n  entry..name", ", at character 9 of line 2"),
        ("entri.name == ''", "unknown variable `entri`; did you mean `entry`?"),
        (
            "x == ''",
            "unknown variable `x`; known are `entry`, `old`, `roster`, `rosters` and `today`",
        ),
        ("activ(entry)", "unknown function `activ`; did you mean `active`?"),
        (
            "entry.name.lowerAscci() == ''",
            "unknown function `lowerAscci`; did you mean `lowerAscii`?",
        ),
        ("entry.members.all(m, n.github != '')", "unknown variable `n`"),
        (
            "'" + "x" * MAX_EXPRESSION_LENGTH + "' == ''",
            "characters long; at most 2,000 are allowed",
        ),
        ("[" * 900, "not a CEL expression: "),
        ("(" * 900 + "1" + ")" * 900, "not a CEL expression: "),
    ],
)
def test_a_mistake_is_found_before_anything_runs(expression: str, part: str) -> None:
    compiled = compile_all([requirement(expression), requirement("true", expression)])
    assert compiled.ready == ()
    [(_, first), (_, second)] = compiled.errors
    assert first.startswith("`expect` of fit: ")
    assert second.startswith("`when` of fit: ")
    assert part in first
    assert len(first) < 900


def test_every_built_in_function_is_one_of_the_library() -> None:
    named = {"size(entry.name)", "entry.name.contains('A')", "type(1) == 'int'", "dyn(1) == 1"}
    for expression in named:
        assert (
            states(programme(ADA), requirement(f"{expression} || true"))[0][0]
            == RequirementState.MET
        )
    library = expressions.library()
    for name in expressions.BUILT_IN:
        forms = (
            f"{name}('2026-01-01T00:00:00Z')", f"{name}(1)", f"'a'.{name}('a')",
            f"timestamp('2026-01-01T00:00:00Z').{name}()", f"{name}('1h')",
        )  # fmt: skip
        assert any(_runs(library, form) for form in forms), name


def _runs(library: Any, expression: str) -> bool:
    try:
        library.compile(expression).execute({})
    except (RuntimeError, TypeError, ValueError):
        return False
    return True


def problems(roster: Programme, *asked: Requirement) -> list[Problem]:
    found = [problem for _, problem in check(roster, compile_all(asked), TODAY)]
    return [problem for problem in found if isinstance(problem, Problem)]


def test_a_problem_carries_message_field_and_entry() -> None:
    roster = programme(ADA, {"name": "Bo"})
    first, second = problems(roster, requirement("size(entry.members) > 2"))
    assert (first.message, first.field, first.entry) == ("must fit", ("x",), roster.entries[0])
    assert second.message == "must fit: it has no `members`"


def test_what_is_broken_for_many_is_said_once_and_in_the_policy() -> None:
    roster = programme(*({"name": f"N{n}", "count": n} for n in range(50)))
    [problem] = problems(roster, requirement("size(entry.count) > 1"))
    assert "cannot be judged for 50 entries: in `expect`: `size` is called" in problem.message
    assert "30 more" in problem.message
    assert (problem.path, problem.place) == ("policies/p.yaml", PLACE)
    [single] = problems(programme(ADA), requirement("size(entry.count) > 1"))
    assert single.entry is not None


def test_what_was_not_judged_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def evaluated(*_: object, **__: object) -> Iterator[tuple[Requirement, None, Outcome]]:
        yield (
            requirement("true"),
            None,
            Outcome(RequirementState.NOT_JUDGED, "it took longer"),
        )

    monkeypatch.setattr(requirement_problems, "evaluate", evaluated)
    [problem] = problems(programme(ADA), requirement("true"))
    assert problem.message == "the requirement fit was not judged: it took longer"
    assert problem.place == PLACE


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "status", "members", "a"]), inner, max_size=3)
    ),
    max_leaves=8,
)
ASKED: Sequence[Requirement] = tuple(
    requirement(expression, name=f"r{number}")
    for number, expression in enumerate((
        "size(entry.members) >= 2", "active(entry)", "evidence(entry) > 0",
        "days_until(entry.a) > 3", 'entry.a + "x" == entry.name', '"a" in entry',
    ))
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(["name", "status", "members", "a"]), PLAIN))
def test_any_entry_is_judged(entry: dict[str, Any]) -> None:
    found = states(programme(entry), *ASKED)
    assert len(found) == len(ASKED)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="entry.rosamp()[]{}'\"\\ ,&|!=<>?:0123r/\n", max_size=60))
def test_any_text_is_an_expression_or_a_mistake(text: str) -> None:
    compiled = compile_all([requirement(text)])
    assert len(compiled.ready) + len(compiled.errors) == 1
