#!/bin/sh
# Print the path of a Chromium for the journeys; install Debian's when allowed to. Exit 1 with a plain sentence otherwise.
for candidate in "${GUANTONG_CHROMIUM:-}" chromium chromium-browser google-chrome; do
  [ -n "$candidate" ] && command -v "$candidate" && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "安装浏览器 chromium（只用于测试）" >&2
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1
  command -v chromium && exit 0
fi
echo "缺少浏览器：浏览器流程测试需要 Chromium。请安装 chromium，或用 GUANTONG_CHROMIUM 指明它的路径。" >&2
exit 1
