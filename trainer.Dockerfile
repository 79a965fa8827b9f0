# The trainer. No data and no passphrase is in the image: both are given at run time (scripts/train).
# The bases, by tags; BUILD_ARGS="--build-arg RUNTIME_IMAGE=debian@sha256:…" pins them by digest.
ARG RUST_IMAGE=rust:1.95.0-bookworm
ARG RUNTIME_IMAGE=debian:bookworm-slim

# Both programs: the same stage in api.Dockerfile and trainer.Dockerfile, so that it is built once.
FROM ${RUST_IMAGE} AS build
# lists what each program is made of in the program itself (docs/containers.md)
ARG CARGO_AUDITABLE=0.7.7
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    rustup target add wasm32-unknown-unknown wasm32-wasip2 \
    && cargo install --locked --version ${CARGO_AUDITABLE} cargo-auditable
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY wit wit
COPY model model
COPY guest guest
COPY host host
COPY trainer trainer
COPY examples/rust-embed examples/rust-embed
# what is compiled stays in the caches of the builder, dependencies first of all
ARG LTO=false
ENV CARGO_PROFILE_RELEASE_DEBUG=false CARGO_PROFILE_RELEASE_STRIP=symbols CARGO_PROFILE_RELEASE_LTO=${LTO}
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,target=/src/target,sharing=locked \
    cargo auditable build --release --locked --package intent-trainer --package intent-host \
    && install target/release/intent-trainer target/release/intent-host /usr/local/bin/

FROM ${RUNTIME_IMAGE}
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="posos-intent-trainer" \
      org.opencontainers.image.description="Trains an intent classifier and bakes it into a WebAssembly component" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0 OR MIT"
COPY --from=build /usr/local/bin/intent-trainer /usr/local/bin/
USER 65532:65532
HEALTHCHECK NONE
ENTRYPOINT ["intent-trainer"]
CMD ["--help"]
