# The trainer: builds in one stage, trains in the other. No data and no passphrase is in either:
# both are given at run time (scripts/train).
ARG RUST_IMAGE=rust:1.95-bookworm
ARG RUNTIME_IMAGE=debian:bookworm-slim

FROM ${RUST_IMAGE} AS build
RUN rustup target add wasm32-unknown-unknown wasm32-wasip2
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY wit wit
COPY model model
COPY guest guest
COPY host host
COPY trainer trainer
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,target=/src/target,sharing=locked \
    cargo build --release --locked --package intent-trainer \
    && install target/release/intent-trainer /usr/local/bin/

FROM ${RUNTIME_IMAGE}
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gnupg \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/bin/intent-trainer /usr/local/bin/
COPY scripts/with-data /usr/local/bin/
CMD ["intent-trainer", "--help"]
