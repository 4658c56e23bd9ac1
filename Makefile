# Every command of the project. `make` alone prints this list.
PY ?= python3
BIN := .venv/bin

.PHONY: help venv demo test check bench faults clean

help:  ## print this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

.venv/.ready: pyproject.toml
	$(PY) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet -e '.[dev,bench]'
	touch .venv/.ready

venv: .venv/.ready  ## set up .venv with the gateway and all tools (leaves .venv/bin/gateway)

demo: venv  ## run the gateway with a simulated provider; ARGS=--once plays a conversation and exits
	$(BIN)/gateway demo $(ARGS)

test: check  ## style, types, layers, then every test on SQLite and PostgreSQL
	$(BIN)/python -m pytest $(ARGS)

check: venv  ## style, types and layers only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: venv  ## measure ours beside its limits and peers, print ratios
	$(BIN)/python -m benchmarks $(ARGS)

faults: venv  ## the long fault runs: kill -9, lost answers, crash at every write
	$(BIN)/python -m tests.faults $(ARGS)

clean:  ## remove what the other commands made
	rm -rf .venv .demo .bench
