# syntax=docker/dockerfile:1
FROM node:22-bookworm-slim AS node

FROM rust:1.95-bookworm AS build
# The toolchain of the image; rust-toolchain.toml would fetch another one.
ENV RUSTUP_TOOLCHAIN=$RUST_VERSION
# Node builds GraphiQL into the binary.
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
WORKDIR /src
COPY . .
RUN cargo build --release --locked && mkdir /out && cp target/release/consentry /out/

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/* \
    && mkdir /data && chown 10001:10001 /data
COPY --from=build /out/consentry /usr/local/bin/consentry
USER 10001:10001
ENV DATA_DIR=/data LISTEN_ADDR=0.0.0.0:8080
EXPOSE 8080
VOLUME /data
ENTRYPOINT ["consentry"]
