"""What all tests share."""

from __future__ import annotations

import os

from hypothesis import settings

# A machine that is busy is no failure: bounds on time stand in `patience.py`. Continuous
# integration tries the same examples each time, so that a change is judged by what it changes.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")
