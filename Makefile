# Everything that is done with this repository. `make` prints the targets.
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null)
PROVE   ?= 30s
# Another moment to test at: make check test AT=2028-02-29T23:50:00Z
AT      ?=
# What tests are run with.
GO_TEST := $(if $(AT),.ci/at $(AT) )go test

# The real mail server of the tests must be started by root.
MAILSERVER := $(shell [ "$$(id -u)" != 0 ] || echo postfix)

.DEFAULT_GOAL := help
.PHONY: help run test test-quick bench prove screenshots check build migration

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Run the demo: sample data on the embedded database, at http://127.0.0.1:8080
	@echo 'Building Undelivered; the first time this takes a few minutes …'
	@trap stopped=yes INT; go run ./cmd/undelivered demo || [ -n "$$stopped" ]

test: ## Run all tests, on both databases and in a browser; sets up what they need
	.ci/prepare postgresql chromium $(MAILSERVER)
	@$(if $(MAILSERVER),:,echo 'Only root can start Postfix: the test TestPostfixBounce is left out.')
	.ci/postgres $(GO_TEST) -timeout 40m $(if $(MAILSERVER),,-skip '^TestPostfix') ./...

test-quick: ## Run the tests on SQLite only and without a browser
	$(GO_TEST) -short -skip '^Test(Browser|Killed|Postfix)' ./...

bench: ## Run the benchmarks
	go test -run '^$$' -bench . -benchmem -timeout 30m ./...

prove: ## Take long: the race detector, more random histories, each fuzz target for PROVE=30s, many kills, 50,000 hostile requests
	.ci/prepare postgresql chromium
	.ci/postgres go test -race -timeout 60m ./...
	go test -timeout 30m ./cmd/undelivered/demo -run '^TestDemoAtMoments$$' -count 1 -args -moments 12
	.ci/postgres go test -timeout 30m ./models -rapid.checks=5000
	go test -timeout 60m ./cmd/undelivered -run '^TestKilled' -count 1 -args -kills 50
	.ci/postgres go test -timeout 120m ./web -run '^TestHostile' -count 1 -args -hostile 25000
	.ci/fuzz $(PROVE)

screenshots: ## Photograph every page into screenshots/
	.ci/prepare chromium
	go test ./cmd/undelivered -run '^TestBrowserScreenshots$$' -count 1 -args -screenshots $(CURDIR)/screenshots

check: ## Check format, vet, staticcheck, generated files and go.mod
	.ci/check

build: ## Build the program into bin/undelivered, one static file
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.release=$(VERSION)' -o bin/undelivered ./cmd/undelivered

migration: ## Begin a migration: make migration name=what_it_does
	@test -n "$(name)" || { echo 'make migration name=what_it_does' >&2; exit 1; }
	@next=$$(ls migrations/[0-9]*.sql | sed 's|.*/||' | cut -c1-4 | sort -n | tail -1 | awk '{ printf "%04d", $$1 + 1 }'); \
	file=migrations/$${next}_$(name).sql; \
	printf -- '-- +goose Up\n\n-- +goose Down\n' > $$file; echo $$file
