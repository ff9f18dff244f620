# Every command of the project; `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

.PHONY: help setup run test check gen bench

help: ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

setup: ## Install what builds and tests need
	@scripts/setup.sh

run: setup ## Run the demo: one process, nothing else needed
	cargo run -- demo

test: setup ## Run every test
	@scripts/test.sh

check: setup ## Check format, lints, docs and file sizes
	@scripts/check.sh

gen: ## Write generated files anew: the schema and the snapshots
	cargo run --quiet -- schema > target/schema.graphql && mv target/schema.graphql schema/schema.graphql
	INSTA_UPDATE=always cargo nextest run --workspace --status-level fail

bench: setup ## Measure (docs/performance.md)
	@scripts/bench.sh
