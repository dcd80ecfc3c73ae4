#!/bin/sh
# Renew the lock files: hash-pinned, naming no registry address.
set -eu
uv="${UV:-.venv/bin/uv}"
common="--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11 --quiet"
printf 'setuptools\n' > /tmp/guantong-build.in
$uv pip compile pyproject.toml /tmp/guantong-build.in $common -o requirements.lock
$uv pip compile pyproject.toml /tmp/guantong-build.in --extra dev $common -c requirements.lock -o requirements-dev.lock
printf 'zhplot==1.0.0\n' > /tmp/guantong-fonts.in
$uv pip compile /tmp/guantong-fonts.in --no-deps $common -o requirements-fonts.lock
