# The host. The models are given at run time, read-only, as /models (scripts/api).
ARG RUST_IMAGE=rust:1.95-bookworm
ARG RUNTIME_IMAGE=debian:bookworm-slim

FROM ${RUST_IMAGE} AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY wit wit
COPY model model
COPY guest guest
COPY host host
COPY trainer trainer
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,target=/src/target,sharing=locked \
    cargo build --release --locked --package intent-host \
    && install target/release/intent-host /usr/local/bin/

FROM ${RUNTIME_IMAGE}
COPY --from=build /usr/local/bin/intent-host /usr/local/bin/
USER 65532:65532
ENV INTENT_MODELS=/models
EXPOSE 4002
STOPSIGNAL SIGTERM
ENTRYPOINT ["intent-host"]
CMD ["serve"]
