#!/bin/sh
# Make sure that the browser tests have Chromium and a Chinese font; say in one line what to install if that is not possible.
set -eu

packages=""

browser() {
    for name in "${HUIYING_CHROMIUM:-chromium}" chromium chromium-browser google-chrome google-chrome-stable; do
        if command -v "$name" >/dev/null; then return 0; fi
    done
    return 1
}

font() {
    command -v fc-list >/dev/null && fc-list :lang=zh 2>/dev/null | grep -q .
}

# Playwright's own program is linked against it, and Chromium's package does not bring it.
driver() {
    PATH="$PATH:/usr/sbin:/sbin" ldconfig -p | grep -q libatomic.so.1
}

browser || packages="chromium"
driver || packages="$packages libatomic1"
font || packages="$packages fonts-wqy-microhei fontconfig"
[ -n "$packages" ] || exit 0

# Left unquoted below: the packages are words.
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "浏览器测试缺少组件，请运行：sudo apt-get install -y $packages （the browser tests need these packages）" >&2
    exit 1
fi

echo "安装浏览器测试所需的组件 / installing for the browser tests: $packages"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends $packages >/dev/null

if ! browser || ! font || ! driver; then
    echo "装好的组件不能用：请安装 Chromium 或 Chrome，并用 HUIYING_CHROMIUM 指明其路径 （no usable Chromium or Chinese font）" >&2
    exit 1
fi
