#!/bin/sh
# The same tests on PostgreSQL, in a cluster of its own under a temporary folder that is removed afterwards.
set -eu
find_bin() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1; }
bin="$(find_bin)"
if [ -z "$bin" ] && command -v initdb >/dev/null 2>&1; then bin="$(dirname "$(command -v initdb)")"; fi
if [ -z "$bin" ] || [ ! -x "$bin/initdb" ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "[1/3] 安装 PostgreSQL"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql; } >/dev/null 2>&1 || true
    bin="$(find_bin)"
  fi
fi
if [ -z "$bin" ] || [ ! -x "$bin/initdb" ]; then
  echo "缺少 PostgreSQL：找不到 initdb。请安装 postgresql（15 或更新），再重新运行。" >&2
  exit 1
fi
folder="$(mktemp -d /tmp/guantong-postgres.XXXXXX)"
port="$(.venv/bin/python -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])')"
as_postgres() { sh -c "$1"; }
if [ "$(id -u)" = 0 ]; then
  id postgres >/dev/null 2>&1 || useradd --system --no-create-home postgres
  chown postgres "$folder"
  as_postgres() { su postgres -s /bin/sh -c "$1"; }
fi
stop() { as_postgres "'$bin/pg_ctl' -D '$folder/data' -m immediate stop" >/dev/null 2>&1 || true; rm -rf "$folder"; }
trap stop EXIT INT TERM
echo "[2/3] 启动临时 PostgreSQL（$("$bin/postgres" --version)，端口 $port）"
as_postgres "'$bin/initdb' -D '$folder/data' -U guantong --auth=trust --encoding=UTF8 --locale=C.UTF-8" >/dev/null
as_postgres "'$bin/pg_ctl' -D '$folder/data' -w -o '-p $port -c listen_addresses=127.0.0.1 -k $folder -c fsync=off -c synchronous_commit=off -c max_connections=60' -l '$folder/log' start" >/dev/null
echo "[3/3] 运行测试（PostgreSQL）"
GUANTONG_TEST_DATABASE="postgresql://guantong@127.0.0.1:$port/guantong" \
  .venv/bin/python -m pytest -n "${GUANTONG_TEST_WORKERS:-2}" -m "not journey" "$@"
echo "PostgreSQL 测试全部通过。"
