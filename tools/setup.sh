#!/bin/sh
# Create the environment and install locked dependencies. Usage: setup.sh run|dev
set -eu
stage="$1"
say() { printf '%s\n' "$*"; }
if ! command -v "$PYTHON" >/dev/null 2>&1; then
  say "缺少 Python：找不到命令“$PYTHON”。请安装 Python 3.11 或更新版本，再重新运行。"; exit 1
fi
if ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  say "Python 版本太旧：$("$PYTHON" --version)。需要 3.11 或更新版本；可用 make PYTHON=python3.11 指定。"; exit 1
fi
if [ ! -x "$VENV/bin/python" ]; then
  say "[1/4] 创建环境 $VENV"
  "$PYTHON" -m venv "$VENV" || { say "不能创建虚拟环境：缺少 venv 组件。Debian 上请安装 python3-venv。"; exit 1; }
fi
pip="$VENV/bin/python -m pip --disable-pip-version-check install --quiet"
if [ "$stage" = run ]; then
  say "[2/4] 安装锁定的依赖（核对摘要）"
  $pip --require-hashes -r requirements.lock
  say "[3/4] 安装字体（Noto Sans SC，OFL 许可）"
  $pip --require-hashes --no-deps -r requirements-fonts.lock
  say "[4/4] 安装贯通，生成网页字体与静态文件"
  $pip --no-deps --no-build-isolation -e .
  "$VENV/bin/python" -m guantong.base.webkit.fonts
  "$VENV/bin/guantong" manage collectstatic --noinput --verbosity 0
  touch "$VENV/.installed"
else
  say "[dev] 安装测试、检查与测量所需的工具（核对摘要）"
  $pip --require-hashes -r requirements-dev.lock
  touch "$VENV/.installed-dev"
fi
