# Every command of the project. `make` alone prints this list.
PY ?= python3
BIN := .venv/bin
# Test files that run at the same time (many wait for time to pass, so more than there are cores); each of the processes has a PostgreSQL of its own.
JOBS ?= 4
# What was compiled is kept, whatever the shell says: each of those processes, and each command that a test runs, would compile all of it again.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help venv demo browser pooler test check bench golden faults fuzz reference clean

help:  ## print this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

# Of the two ways to install a folder as it stands, mypy understands this one: also in a plugin's own folder.
.venv/.ready: pyproject.toml
	$(PY) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --config-settings editable_mode=compat -e '.[dev,bench]'
	touch .venv/.ready

venv: .venv/.ready  ## set up .venv with the gateway and all tools (leaves .venv/bin/gateway)

demo: venv  ## run the gateway with simulated providers and a phone; ARGS=--once plays a conversation and exits
	$(BIN)/gateway demo $(ARGS)

# The phone is tested in a real browser. Debian's Chromium is installed where there is none, with a font for emoji.
AS_ROOT := $(shell [ "$$(id -u)" = 0 ] && echo env || echo sudo -n)
BROWSER_PACKAGES := chromium fonts-noto-color-emoji

browser:  ## install the browser that the tests use, where it is missing
	@command -v chromium >/dev/null || { \
	  $(AS_ROOT) apt-get update -qq && \
	  $(AS_ROOT) DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(BROWSER_PACKAGES); \
	} || { echo "No Chromium, and it cannot be installed from here. Run: sudo apt-get install $(BROWSER_PACKAGES)" >&2; exit 1; }

# Debian starts it as a service: nobody here uses that one, and tests start their own, each on a free port.
pooler:  ## install the PostgreSQL pooler that the tests use (pgbouncer), where it is missing
	@PATH="$$PATH:/usr/sbin" command -v pgbouncer >/dev/null || { \
	  $(AS_ROOT) apt-get update -qq && \
	  $(AS_ROOT) DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends pgbouncer; \
	} || { echo "No pgbouncer, and it cannot be installed from here. Run: sudo apt-get install pgbouncer" >&2; exit 1; }

test: check browser pooler  ## style, types, layers, then every test on SQLite and PostgreSQL
	$(BIN)/python -m tests.support.again -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: venv  ## style, types and layers only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy tests/simulation
	$(BIN)/lint-imports

bench: venv  ## measure ours beside its limits and peers, print ratios
	$(BIN)/python -m benchmarks $(ARGS)

golden: venv  ## write the golden matrix anew: kind of message × provider → requests and losses
	$(BIN)/python -m tests.golden

faults: venv  ## the simulation of SEEDS=5000 seeds, then the long fault runs: kill -9, lost answers, crash at every write
	$(BIN)/python -m tests.simulation --seeds $(or $(SEEDS),5000)
	$(BIN)/python -m tests.simulation --seeds $(or $(SEEDS),5000) --members 3
	$(BIN)/python -m tests.faults $(ARGS)
	IMPORT_ROWS=100000 $(BIN)/python -m pytest tests/plugins/commerce/imports/test_large.py

fuzz: venv  ## the API against schemathesis, for long: EXAMPLES=200 requests of each kind per operation
	$(BIN)/python -m tests.api.fuzzing $(EXAMPLES)

reference: venv  ## write docs/reference.md anew from the API's own description
	$(BIN)/python -m tests.api.reference

clean:  ## remove what the other commands made
	rm -rf .venv .demo .bench
