"""The formats are the files of one folder; everything that lists them agrees."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from reports.samples import full_report
from rollkeeper.jobs.cli import main
from rollkeeper.reports import formats
from rollkeeper.reports.formats import FORMATS
from rollkeeper.reports.rendering import RenderSettings, description, render
from rollkeeper.rules import catalogue

SCRIPTS = Path(formats.__file__).parents[3]


def test_the_formats_that_users_rely_on_are_there() -> None:
    assert {"github", "json", "markdown", "sarif", "text"} <= set(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_deterministic_and_ends_its_last_line(name: str) -> None:
    settings = RenderSettings(catalogue=catalogue())
    first = render(full_report(), name, settings)
    assert first == render(full_report(), name, settings)
    assert first.endswith("\n")


@pytest.mark.parametrize("name", ["xml", "", "..json", "__init__"])
def test_any_other_name_is_refused(name: str) -> None:
    with pytest.raises(KeyError):
        render(full_report(), name)


def test_the_command_line_offers_the_formats(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["check", "--help"])
    assert f"--format {{{','.join(FORMATS)}}}" in capsys.readouterr().out


def test_the_action_documents_the_formats() -> None:
    action = yaml.safe_load(SCRIPTS.parent.joinpath("action.yml").read_text("utf-8"))
    documented = re.findall(r"`(\w+)`", action["inputs"]["format"]["description"])
    assert tuple(documented) == FORMATS


def test_the_page_describes_the_formats() -> None:
    page = SCRIPTS.parent.joinpath("docs", "reports.md").read_text("utf-8")
    for name in FORMATS:
        assert len(description(name)) > 20
        assert f"| `{name}` | {description(name)} |\n" in page


def test_help_and_version_import_no_format() -> None:
    program = (
        "import sys; from rollkeeper.jobs.cli import main; main([]); "
        "print([name for name in sys.modules if name.startswith('rollkeeper.reports')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(SCRIPTS)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.startswith("usage: rollkeeper")
    assert done.stdout.endswith("\n['rollkeeper.reports', 'rollkeeper.reports.formats']\n")
