# The warehouse needs the driver's Arrow interface, which is behind a build tag.
TAGS    := duckdb_arrow
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GOFLAGS := -buildvcs=false
export GOFLAGS

# Linters are pinned, and built by the go command on first use.
STATICCHECK := go run honnef.co/go/tools/cmd/staticcheck@v0.7.0
GOVULNCHECK := go run golang.org/x/vuln/cmd/govulncheck@v1.1.4
CYCLONEDX   := go run github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0

.DEFAULT_GOAL := help
.PHONY: help build install demo test clients spark-test spark-demo race lint chaos bench microbench fuzz soak axe screenshots release clean

help: ## what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## bin/sync
	go build -trimpath -tags $(TAGS) -ldflags "-s -w -X main.release=$(VERSION)" -o bin/sync ./cmd/sync

# coreutils own the name sync: under it the shell would find theirs.
PREFIX  ?= /usr/local
BINARY  ?= bin/sync
install: build ## PREFIX/bin/contactsync (default /usr/local; DESTDIR for packagers): the name sync is that of coreutils
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(BINARY) $(DESTDIR)$(PREFIX)/bin/contactsync
	@echo "installed as $(DESTDIR)$(PREFIX)/bin/contactsync: the name sync belongs to coreutils, so hints and completion say contactsync, too"

demo: build ## the whole product, offline, in a minute: build, then four simulated vendors into demo/
	bin/sync demo

# Most of a first run's time goes into building. Without symbols and debug information a
# test binary, DuckDB in it, links in half the time. Vet is lint's, and here it would look at
# all modules, too. The compiler collects less garbage: from an empty cache that saves a ninth
# of its time, for 300 MB more where it takes most, at 700 MB. Builds that tests start take
# that from GOFLAGS; the tests themselves run as ever.
TEST = go test -tags $(TAGS) -vet=off -ldflags="-s -w" -timeout 30m
test clients spark-test race: export GOFLAGS := $(GOFLAGS) '-toolexec=env GOGC=400'
test: ## all tests
	$(TEST) ./...

clients: ## the guides of docs/bi.md and the dbt project, with clients from PyPI and a server of S3; skips without
	SYNC_CLIENTS=1 $(TEST) -count 1 -run '^TestTheGuides' -v ./cmd/sync

# SYNC_SPARK names the Spark that these tests use, such as sc://127.0.0.1:15002, with a catalog
# of Iceberg tables called lake; without it one is started, which needs Java, pip and Maven.
spark-test: ## what needs a Spark: the suite of the warehouse, kills, erasures, views and queries
ifdef SYNC_SPARK
	$(TEST) -count 1 ./load/lake/... && $(TEST) -count 1 -run 'Spark|Lake|Overtaken' ./internal/run ./internal/chaos
else
	data=$$(mktemp -d) && trap 'rm -rf "$$data"' EXIT && SPARK_DATA=$$data deploy/spark.sh start -- $(MAKE) spark-test SYNC_SPARK=sc://127.0.0.1:$${SPARK_PORT:-15002}
endif

spark-demo: build ## the demo with a Spark of its own in the place of the DuckDB file, into demo/spark/
	deploy/spark.sh start -- bin/sync demo --spark sc://127.0.0.1:$${SPARK_PORT:-15002}

# Only packages in which goroutines are started, be it by tests, have anything to race; chaos kills
# an ordinary build. Properties take a fifth of their draws: a race shows in any of them.
# A program under the detector would sleep for a second as it ends, and tests start hundreds.
race: export GORACE := atexit_sleep_ms=0
race: ## the packages that do several things at once, under the race detector
	$(TEST) -race -short $$(grep -rlE '^\s*go |\.Go\(' --include='*.go' . | xargs -n1 dirname | sort -u | grep -v /chaos$$)

lint: ## gofmt, vet, staticcheck, govulncheck
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$unformatted" || { echo "not gofmt-clean: $$unformatted"; exit 1; }
	go vet -tags $(TAGS) ./...
	$(STATICCHECK) -tags $(TAGS) ./...
	@$(GOVULNCHECK) -tags $(TAGS) ./...; code=$$?; \
	if [ $$code -eq 3 ]; then exit 3; \
	elif [ $$code -ne 0 ]; then echo "govulncheck could not run, most likely for want of a network: not checked"; fi

LIVES ?= 6
chaos: ## kill, starve and interrupt the real program: more than 100 kills
	CHAOS_LIVES=$(LIVES) go test -tags $(TAGS) -count 1 -v -timeout 60m ./internal/chaos

# BENCH_RECORDS may be several numbers with commas between.
BENCH_RECORDS ?= 10000
BENCH_ROUNDS  ?= 3
bench: build ## whole nights of BENCH_RECORDS beside the floor; BENCH_WRITE=1: into docs/performance.md; BENCH_PEERS=1: dlt and PyAirbyte, too; BENCH_VIEWS=1000000: the views instead
ifdef BENCH_VIEWS
	go run -tags $(TAGS) -ldflags "-s -w" ./bench views -people $(BENCH_VIEWS) -rounds $(BENCH_ROUNDS) \
		-command "make bench BENCH_VIEWS=$(BENCH_VIEWS) BENCH_ROUNDS=$(BENCH_ROUNDS)" $(if $(BENCH_WRITE),-write docs/performance.md)
else
	go run -tags $(TAGS) -ldflags "-s -w" ./bench -sync bin/sync -records $(BENCH_RECORDS) -rounds $(BENCH_ROUNDS) -json bin/bench.json \
		-command "make bench BENCH_RECORDS=$(BENCH_RECORDS) BENCH_ROUNDS=$(BENCH_ROUNDS)$(if $(BENCH_PEERS), BENCH_PEERS=1)" \
		$(if $(BENCH_PEERS),-peers bench/peers) $(if $(BENCH_WRITE),-write docs/performance.md)
endif

microbench: ## Go's benchmarks of single parts
	go test -tags $(TAGS) -run '^$$' -bench . -benchmem ./...

FUZZTIME ?= 30s
fuzz: ## every fuzz target for FUZZTIME (default 30s each)
	@for pkg in $$(go list -tags $(TAGS) ./...); do \
		for target in $$(go test -tags $(TAGS) -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
			echo "== $$pkg $$target"; go test -tags $(TAGS) -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
		done; \
	done

AXE_CORE := 4.14.1
bin/axe.min.js:
	mkdir -p bin && cd bin && npm pack --silent axe-core@$(AXE_CORE) && tar -xzf axe-core-$(AXE_CORE).tgz --strip-components=1 package/axe.min.js
	rm -f bin/axe-core-$(AXE_CORE).tgz && touch bin/axe.min.js

screenshots: build ## the pictures of README, by Chromium
	docs/img/make.sh

axe: bin/axe.min.js ## axe-core on every page of the daemon, in light and dark; needs npm and Chromium
	AXE=$(CURDIR)/bin/axe.min.js go test -tags $(TAGS) -count 1 -run '^TestAxeFindsNothing$$' ./internal/web

SOAKTIME ?= 10m
soak: ## the daemon for SOAKTIME (default ten minutes), a run a second, faults on
	SOAK=$(SOAKTIME) go test -tags $(TAGS) -count 1 -timeout 0 -v -run '^TestSoak$$' ./internal/daemon

# DuckDB is linked in by cgo, so a release is made on each platform for that platform:
# cross-compiling would need its C++ compiler and libraries, too.
PLATFORM = $(shell go env GOOS)-$(shell go env GOARCH)
RELEASE  = sync-$(VERSION)-$(PLATFORM)
release: ## dist/: binary, licence, README and JSON Schema as tar.gz for this platform, its SBOM, checksums
	rm -rf dist && mkdir -p dist/$(RELEASE)
	go build -trimpath -tags $(TAGS) -ldflags "-s -w -X main.release=$(VERSION)" -o dist/$(RELEASE)/sync ./cmd/sync
	cp LICENSE NOTICE README.md pipelines.schema.json dist/$(RELEASE)/
	tar -C dist -czf dist/$(RELEASE).tar.gz $(RELEASE)
	$(CYCLONEDX) bin -json -version "$(VERSION)" -output dist/$(RELEASE).cdx.json dist/$(RELEASE)/sync
	rm -rf dist/$(RELEASE)
	cd dist && { command -v sha256sum >/dev/null && sha256sum sync-* || shasum -a 256 sync-*; } > SHA256SUMS

clean: ## remove what make made
	rm -rf bin demo dist
