"""The Actions environment as a value, and what it writes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from rollkeeper.forge.actions import Actions, ActionsError
from rollkeeper.model import limits


def actions(folder: Path, event: bytes = b"{}", **more: str) -> Actions:
    (folder / "event.json").write_bytes(event)
    environ = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_PATH": str(folder / "event.json"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_REPOSITORY": "octo-community/rosters",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_RUN_ID": "42",
        "GITHUB_TOKEN": "a-token",
        **more,
    }
    return Actions.from_environ(environ)


def test_nothing_is_known_outside_of_actions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outside = Actions.from_environ({})
    assert not outside.running
    assert outside.event == {}
    assert outside.api_url == "https://api.github.com"
    assert outside.run_url is None
    assert outside.append_summary("text")
    outside.set_output("report", 1)
    outside.emit("::error::shown")
    assert capsys.readouterr().out == "<U+003A>:error::shown\n"
    assert list(tmp_path.iterdir()) == []


def test_the_environment_is_read(tmp_path: Path) -> None:
    inside = actions(tmp_path, b'{"number": 7}')
    assert inside.running
    assert inside.event == {"number": 7}
    assert inside.run_url == "https://github.com/octo-community/rosters/actions/runs/42"


def test_neither_the_token_nor_the_event_is_shown_by_accident(tmp_path: Path) -> None:
    assert "a-token" not in repr(actions(tmp_path, b'{"secret": 1}'))
    assert "secret" not in repr(actions(tmp_path, b'{"secret": 1}'))


@pytest.mark.parametrize(
    "event",
    [b"[]", b"not json", b"\xff\xfe", b"[" * 100_000, b'{"a": ' * 100_000, b""],
    ids=["a list", "no JSON", "no UTF-8", "deep lists", "deep objects", "empty"],
)
def test_an_event_that_is_no_object_is_refused(tmp_path: Path, event: bytes) -> None:
    with pytest.raises(ActionsError):
        actions(tmp_path, event)


def test_a_huge_event_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "EVENT_BYTES", 10)
    with pytest.raises(ActionsError, match="bytes"):
        actions(tmp_path, b'{"number": 1234567890}')


def test_an_output_is_one_line_of_ascii_json(tmp_path: Path) -> None:
    value = {"text": "one\ntwo\r\u2028\N{SNOWMAN}\x85 name=x"}
    actions(tmp_path).set_output("report", value)
    written = (tmp_path / "output").read_bytes()
    assert written.isascii()
    assert re.fullmatch(rb"report=[^\r\n]*\n", written)
    assert json.loads(written.partition(b"=")[2]) == value


@pytest.mark.parametrize("name", ["", "a=b", "a\nb", "PATH", "x<<y", "a" * 65, "é"])
def test_an_output_has_a_plain_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ActionsError, match="not a valid output name"):
        actions(tmp_path).set_output(name, 1)
    assert not (tmp_path / "output").exists()


def test_an_output_that_no_environment_takes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ActionsError, match="over"):
        actions(tmp_path).set_output("report", "x" * limits.HANDOVER_BYTES)


def test_what_strangers_write_is_no_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inside = actions(tmp_path)
    inside.emit("::error::forged")
    inside.emit("##[error]forged")
    lines = capsys.readouterr().out.splitlines()
    tokens = []
    for number, text in ((0, "<U+003A>:error::forged"), (3, "<U+0023>#[error]forged")):
        token = lines[number].removeprefix("::stop-commands::")
        assert lines[number + 1 : number + 3] == [text, f"::{token}::"]
        tokens.append(token)
    assert len(set(tokens)) == 2
    assert all(len(token) >= 32 for token in tokens)


def test_commands_are_obeyed_again_after_a_crash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(RuntimeError), actions(tmp_path).verbatim():
        raise RuntimeError
    start, end = capsys.readouterr().out.splitlines()
    assert end == f"::{start.removeprefix('::stop-commands::')}::"


def test_summaries_are_appended_until_github_would_drop_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SUMMARY_BYTES", 400)
    inside = actions(tmp_path)
    assert inside.append_summary("# Title\n")
    assert not inside.append_summary("a line of é\n" * 100)
    assert not inside.append_summary("a line of é\n" * 100)
    written = (tmp_path / "summary.md").read_bytes()
    assert len(written) <= 400
    text = written.decode()
    assert text.startswith("# Title\na line of é\n")
    assert "cut here" in text


@pytest.mark.parametrize("text", ["plain\n", "\ud800 lone surrogate\n", "x" * 5000])
def test_any_text_can_be_summed_up(tmp_path: Path, text: str) -> None:
    assert actions(tmp_path).append_summary(text)
    assert (tmp_path / "summary.md").stat().st_size >= len(text)


def test_hypothetical_extra_environment_does_no_harm(tmp_path: Path) -> None:
    extra: dict[str, Any] = {"GITHUB_RUN_ID": "", "GITHUB_API_URL": ""}
    inside = actions(tmp_path, **extra)
    assert inside.run_url is None
    assert inside.api_url == "https://api.github.com"


def test_the_default_branch_is_the_event_s_or_else_the_run_s_own(tmp_path: Path) -> None:
    event = tmp_path / "event.json"
    told = {"GITHUB_EVENT_PATH": str(event), "GITHUB_REF_NAME": "trunk"}
    for data, branch in (
        ({"repository": {"default_branch": "main"}}, "main"),
        ({"repository": {"default_branch": ""}}, "trunk"),
        ({"repository": "main"}, "trunk"),
        ({}, "trunk"),
    ):
        event.write_text(json.dumps(data), "utf-8")
        assert Actions.from_environ(told).default_branch == branch
