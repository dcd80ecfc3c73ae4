#!/bin/sh
# All tests on SQLite: first without a browser, then the journeys in headless Chromium.
set -eu
PYTEST=".venv/bin/python -m pytest"
workers="${GUANTONG_TEST_WORKERS:-2}"
GUANTONG_CHROMIUM="$(sh tools/browser.sh)" # first: who has no browser should not learn it after all other tests
export GUANTONG_CHROMIUM
echo "[1/2] 规则、动作、页面与房屋测试（SQLite，${workers} 个进程）"
$PYTEST -n "$workers" -m "not journey and not postgres" "$@"
echo "[2/2] 浏览器流程（$GUANTONG_CHROMIUM）"
[ -f var/fonts/.current ] || .venv/bin/python -m guantong.base.webkit.fonts >/dev/null
$PYTEST -n "$workers" --dist loadfile -m journey "$@"
echo "测试全部通过。"
