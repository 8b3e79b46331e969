# `make help` explains every target. Each needs nothing beforehand: what is missing is installed first (tools/bootstrap).
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help bootstrap compiled run demo test lint unit cases web documents calls journeys pages bench bench-gate backup restore messages clean

ANSWERABLE := .venv/bin/answerable
CHECK := .venv/bin/python tools/check.py

help: ## explain every target
	@echo "Answerable: every 400 number has someone who answers it, and someone who answers for it."
	@echo
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 20
	@echo
	@echo "The program is .venv/bin/answerable; DATABASE_URL points it at any PostgreSQL of version 15 or newer."
	@echo "Ports: ANSWERABLE_HTTP_PORT (8400), ANSWERABLE_GATE_PORT (5460), ANSWERABLE_METRICS (127.0.0.1:9464), ANSWERABLE_CAPTURE (127.0.0.1:9060). All data is in var/ (ANSWERABLE_VAR)."

bootstrap: ## install what is missing: Debian packages (root or sudo) and .venv from the lock file
	@tools/bootstrap

compiled: bootstrap ## compile what the gate runs for every call (a minute, once for each version of the source)
	@.venv/bin/python -m answerable.gate.compiled

run: compiled ## install, migrate, start everything, place one call, wait for Ctrl-C
	@exec $(ANSWERABLE) run

demo: compiled ## walk one new enterprise from choosing a number to its first call (JSON=1: JSON lines)
	@exec $(ANSWERABLE) demo journey $(if $(filter 1,$(JSON)),--json)

test: compiled ## everything: lint, unit, cases, web, calls, journeys, documents, pages; one summary at the end
	@exec $(CHECK)

lint: bootstrap ## ruff, import contracts, mypy --strict
	@exec $(CHECK) lint

unit: bootstrap ## the fast tests, under a minute
	@exec $(CHECK) unit

cases: bootstrap ## whole cases through the actions: ways of an order, archives, bundles, permits
	@exec $(CHECK) cases

web: bootstrap ## whole pages through Django's client: every address for every role, nonsense in every field
	@exec $(CHECK) web

documents: bootstrap ## tests that make pictures and read them with the OCR engine
	@exec $(CHECK) documents

calls: compiled ## SIPp against a real Kamailio on loopback
	@exec $(CHECK) calls

journeys: compiled ## the whole product over HTTP and SIP
	@exec $(CHECK) journeys

pages: bootstrap ## the pages in headless Chromium
	@exec $(CHECK) pages

bench: compiled ## look-ups per second against an empty view, documents per minute, CPU per call against a bare relay (half an hour)
	@exec .venv/bin/python -m tools.bench

bench-gate: compiled ## CPU per call against a native relay, waiting times, highest rate, over a million numbers (ten minutes; ARGS="--soak 200000" looks for leaks instead)
	@exec .venv/bin/python -m answerable.gate.bench $(ARGS)

backup: bootstrap ## write everything into a folder: make backup DIR=/safe/place
	@test -n "$(DIR)" || { echo "Say where: make backup DIR=/safe/place" >&2; exit 2; }
	@exec $(ANSWERABLE) backup "$(DIR)"

restore: bootstrap ## read such a folder into an empty var/: make restore DIR=/safe/place
	@test -n "$(DIR)" || { echo "Say from where: make restore DIR=/safe/place" >&2; exit 2; }
	@exec $(ANSWERABLE) restore "$(DIR)"

messages: bootstrap ## collect and compile the translations
	@cd src/answerable/web && ../../../.venv/bin/python ../../../manage.py makemessages --locale en --no-obsolete --no-wrap --no-location
	@cd src/answerable/web && ../../../.venv/bin/python ../../../manage.py compilemessages

clean: ## remove caches; var/ and .venv stay
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build
