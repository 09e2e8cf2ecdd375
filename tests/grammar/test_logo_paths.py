"""Which file a reference to a logo means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollkeeper.grammar.logo_paths import logo_path, normal_folder


@pytest.mark.parametrize(
    ("reference", "path"),
    [
        ("fir.svg", "fir.svg"),
        ("././fir.svg", "fir.svg"),
        ("gold/fir.svg", "gold/fir.svg"),
        ("static/img/fir.svg", "fir.svg"),
        ("/static/img/fir.svg", "fir.svg"),
        ("/img/gold/fir.svg", "gold/fir.svg"),
        ("img/fir.svg", "fir.svg"),
        ("Img/fir.svg", "Img/fir.svg"),
        ("static/fir.svg", "static/fir.svg"),
        ("/site/img/fir.svg", "site/img/fir.svg"),
        ("img", "img"),
        ("../fir.svg", "../fir.svg"),
    ],
)
def test_a_path_as_sites_write_it(reference: str, path: str) -> None:
    assert logo_path(reference, "static/img") == path


def test_the_case_of_folders_may_be_passed_over() -> None:
    assert logo_path("/Static/IMG/Fir.svg", "static/img", any_case=True) == "Fir.svg"


@pytest.mark.parametrize("prefix", ["/site/img", "/site/img/"])
def test_a_prefix_stands_for_the_folder(prefix: str) -> None:
    assert logo_path("/site/img/gold/fir.svg", "static/img", prefix) == "gold/fir.svg"
    assert logo_path("/img/gold/fir.svg", "static/img", prefix) == "gold/fir.svg"


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_is_cut_at_its_beginning_only(reference: str, prefix: str) -> None:
    assert reference.endswith(logo_path(reference, "static/img", prefix))


@pytest.mark.parametrize("folder", ["a/b", "./a//b/", "a/./b"])
def test_a_folder_has_one_form(folder: str) -> None:
    assert normal_folder(folder) == "a/b"
