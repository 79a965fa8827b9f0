# What a user needs; each target is a script that says what it does. ENGINE=docker|podman|native
# decides where train, api and test run; by default docker where it answers, else podman, else native.
.DEFAULT_GOAL := help
.PHONY: help train api stop test check check-containers hooks bench bench-train bench-peers bench-http soak fuzz clean

export ENGINE PORT MODELS PREDICTIONS DATA DATA_ARCHIVE DATA_PASSPHRASE DATA_PASSPHRASE_FILE
export TRAIN_ARGS BUILD_ARGS RUN_ARGS FOREGROUND
export SWAPS OVERLOAD_SECONDS SPIN_MS STALLED REQUESTS LOADS SECONDS_EACH

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

train: ## Train, measure and bake a new version of models/intent
	@scripts/train

api: ## Serve the newest version on port 4002 (trains one first if there is none)
	@scripts/api

stop: ## End what `make api` started
	@scripts/stop

test: ## Ask the API every question of the test set; writes predictions.csv
	@scripts/test

check: ## Run the project's own test suite
	@scripts/check

check-containers: ## Run train, api and test in containers of a real engine of their own (root, Debian)
	@scripts/e2e-containers

hooks: ## Install the hook that keeps data and passphrases out of git
	@scripts/hooks/install

bench: ## Measure a fresh instance per request against native code
	@cargo bench --locked --package intent-trainer --bench instance

bench-train: ## Measure training's CPU time and memory as the data grows (FULL=1: to 1M rows)
	@scripts/bench-train

bench-peers: ## Measure beside fastText and scikit-learn (PEERS_ARGS="--seeds 1 data/sample")
	@bench/peers/run $(PEERS_ARGS)

bench-http: ## Measure over HTTP beside bare hyper, native code and FastAPI (HTTP_ARGS="--rounds 3")
	@scripts/bench-http $(HTTP_ARGS)

soak: ## Load, overload, swaps, stalls and memory over minutes (SWAPS, REQUESTS, … set how much)
	@scripts/soak

fuzz: ## Run each fuzzer for SECONDS_EACH=600
	@scripts/fuzz

clean: ## Remove what was built and trained
	rm -rf target models predictions.csv
