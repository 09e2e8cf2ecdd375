"""Whatever sites send, a visit costs bounded memory and time, and can be interrupted."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from farm.ground import Farm
from farm.looking import programme
from farm.table import SITES

ROOT = Path(__file__).parents[2]
DRIVER = (sys.executable, str(Path(__file__).with_name("driver.py")))
HUNGRY = (
    "headers-dribble", "letters-dribble", "body-dribbles", "body-endless", "body-large",
    "headers-10-mb", "headers-endless", "status-line-endless", "header-1-mb", "gzip-bomb",
    "hops-10000", "half-closed", "hints-for-ever", "endless-chunk-line", "silent",
)  # fmt: skip
"""Behaviours that want more than their share."""
CROWD = 2_000
MOST_MIB = 300
HANGS = 600
"""Seconds after which a process is taken for one that hangs, on however busy a machine."""


@pytest.fixture
def many_files() -> Iterator[None]:
    """Let this process, which is the sites, hold a connection to every visitor."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def book(farm: Farm, tmp_path: Path) -> Path:
    file = tmp_path / "farm.json"
    farm.forget()
    file.write_text(json.dumps(farm.book()), "utf-8")
    return file


@pytest.fixture
def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": f"{ROOT / 'scripts'}{os.pathsep}{ROOT / 'tests'}"}


def by_label(label: str) -> str:
    return next(site.url for site in SITES if site.label == label)


@pytest.mark.usefixtures("many_files")
def test_a_crowd_of_hungry_sites_is_visited_at_once(
    book: Path, environment: dict[str, str]
) -> None:
    hungry = [site for site in SITES if site.case.name in HUNGRY]
    urls = [
        f"{site.scheme}://n{number}.{site.host}/"
        for number in range(CROWD // len(hungry) + 1)
        for site in hungry
    ][:CROWD]
    done = subprocess.run(
        [*DRIVER, str(book), "crowd"],
        input="\n".join(urls), env=environment, capture_output=True, text=True, check=True,
        timeout=HANGS,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert sum(told["seen"].values()) == CROWD
    assert told["mib"] < MOST_MIB, told


def test_an_interrupted_run_prints_what_was_seen(
    farm: Farm, book: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    gone, silent = by_label("always-404-https"), by_label("silent-https")
    community = tmp_path / "community"
    community.mkdir()
    programme([gone, silent, by_label("well-https")], community)
    policy = community / "policies" / "partners.yaml"
    policy.write_text(f"{policy.read_text('utf-8')}websites: {{timeout: 60}}\n", "utf-8")
    running = subprocess.Popen(
        [*DRIVER, str(book), "check", "--root", str(community)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    waiting = time.monotonic() + HANGS
    hosts = [url.split("/")[2] for url in (gone, silent, by_label("well-https"))]
    while not all(farm.memories[host].connections for host in hosts):
        assert time.monotonic() < waiting, running.communicate(timeout=1)
        time.sleep(0.05)
    time.sleep(2)  # for the answers to be read: the third site keeps the visits going
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=HANGS)
    assert running.returncode == 130, err
    assert "always-404-farm.example" in out
    assert "404" in out
    assert "interrupted" in out + err
    assert "Traceback" not in out + err
