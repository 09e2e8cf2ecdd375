"""What the comment suggests and what `/fix` writes are the same fixes."""

from __future__ import annotations

import json

import pytest

from forge.proposals import ROLL, SCHEMA, Jobs, Repository
from probes.web.test_visit_plan import Web, well
from rollkeeper.engine.run import Options
from rollkeeper.fixing.patches import patched
from rollkeeper.jobs.pull_requests.fix import repairs_of
from rollkeeper.probes.web import websites

WITH_WEBSITES = SCHEMA["items"]["properties"] | {"website": {"type": "string"}}
NEW = '- name: Cedar\n  website: "https://cedar.example/?utm_source=a "\n'
FIXED = '- name: Cedar\n  website: "https://cedar.example/"\n'


def test_where_one_fix_makes_another_possible_both_offer_the_same(
    jobs: Jobs, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websites, "visit_websites", Web(well).look)
    schema = {**SCHEMA, "items": {**SCHEMA["items"], "properties": WITH_WEBSITES}}
    repository.commit({"policies/partners.schema.json": json.dumps(schema)})
    pull = repository.propose({"partners.yaml": ROLL + NEW})
    jobs.report(pull)
    (review,) = repository.github.reviews
    (suggested,) = review["comments"]
    assert suggested["body"] == '```suggestion\n  website: "https://cedar.example/"\n```'

    repairs = repairs_of(
        repository.source, pull["number"], pull["head"]["sha"], Options(repository.work)
    )
    (offered,) = repairs.suggestions
    assert offered.body == suggested["body"]
    (patch,) = repairs.patches
    assert patched(ROLL + NEW, patch.edits) == ROLL + FIXED
