#!/bin/sh
# Make the virtual environment $1 with the newest python3 found; say in one line what to install if that is not possible.
set -eu

apt="apt-get install -y"
[ "$(id -u)" -eq 0 ] || apt="sudo $apt"

for python in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11 none; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi
done

if [ "$python" = none ]; then
    echo "需要 Python 3.11 或更新版本，请运行：$apt python3.11 python3.11-venv （Python 3.11 or newer is needed: run the command above）" >&2
    exit 1
fi

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    package=python3-venv
    [ "$python" = python3 ] || package="$(basename "$python")-venv"
    echo "缺少 Python 的 venv 模块，请运行：$apt $package （Python's venv module is missing: run the command above）" >&2
    exit 1
fi

echo "建立虚拟环境 $1（$("$python" --version)）/ making the virtual environment"
"$python" -m venv --clear "$1"
