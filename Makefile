# Every command of the project; `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

.PHONY: help setup run cluster web-dev test faults renewals check gen bench screenshots album lighthouse

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 16

setup: ## Install what builds and tests need
	@scripts/setup.sh

run: setup ## Run the demo: one process, nothing else needed
	cargo run -- demo

cluster: setup ## Run the scaled profile here: PostgreSQL, Redis, two API processes, two workers
	@scripts/cluster.sh

web-dev: setup ## Serve the page with live reload, in front of a program at BACKEND
	cd web && npm run dev

test: setup ## Run every test
	@scripts/test.sh

faults: setup ## Kill and freeze everything under load, and compare (docs/faults.md; at most 15 minutes)
	@scripts/faults.sh

renewals: setup ## Let tokens end every three seconds while whoever renews them dies (docs/faults.md; twenty minutes)
	@scripts/renewals.sh

check: setup ## Check format, lints, docs and file sizes
	@scripts/check.sh

gen: ## Write generated files anew: the schema, the page's types and the snapshots
	cargo run --quiet -- schema > target/schema.graphql && mv target/schema.graphql schema/schema.graphql
	cd web && npm run codegen --silent
	INSTA_UPDATE=always cargo nextest run --workspace --status-level fail

bench: setup ## Measure (docs/performance.md)
	@scripts/bench.sh

lighthouse: setup ## Measure the page as a phone loads it (docs/performance.md)
	@scripts/lighthouse.sh

screenshots: setup ## Write a picture of every screen, at both sizes, into screenshots/
	@scripts/screenshots.sh

album: setup ## Take the pictures of the README anew, into docs/img
	@scripts/album.sh
