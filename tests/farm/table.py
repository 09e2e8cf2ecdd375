"""The whole table of the farm's behaviours, each with what a visit must say of it."""

from __future__ import annotations

from farm import cases_answers, cases_names, cases_pages, cases_redirects
from farm.case import Case, Site

CASES: tuple[Case, ...] = (
    *cases_answers.FAMILIES,
    *cases_redirects.FAMILIES,
    *cases_names.FAMILIES,
    *cases_pages.FAMILIES,
)
SITES: tuple[Site, ...] = tuple(site for case in CASES for site in case.sites)
