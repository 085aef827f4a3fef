#!/usr/bin/env bash
# Prove the README: in an empty Debian with python3, python3-venv, make, git and ca-certificates, run both commands as written.
#
#   deploy/fresh-machine.sh FOLDER [all|setup|run|test]
#
# FOLDER is made (about 2 GB; outside the checkout) and kept: a second call uses the Debian in it again, with a new clone.
# What is committed is what is tried. Must be run as root. Mirror, certificates, name resolution and pip's
# settings are those of this machine. Everything runs in its own mount and process namespace, so nothing is left behind.
set -euo pipefail

repo=$(cd "$(dirname "$0")/.." && pwd)
root=${1:?usage: deploy/fresh-machine.sh FOLDER [all|setup|run|test]}
what=${2:-all}
suite=${SUITE:-bookworm}

say() { printf '== %s\n' "$*"; }

mirror() {
    # The first archive of this machine's own apt settings, in either spelling.
    cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
        grep -oE '^(URIs:|deb( \[[^]]*\])?) +[^ ]+/debian/?( |$)' | grep -oE '[a-z]+:/[^ ]+' | head -n 1
}

make_debian() {
    command -v debootstrap >/dev/null || { apt-get update -qq && apt-get install -y -qq debootstrap >/dev/null; }
    say "an empty Debian ($suite) in $root"
    debootstrap --variant=minbase --include=ca-certificates,python3,python3-venv,make,git "$suite" "$root" "$(mirror)" >"$root.log"
    touch "$root/made"
}

take_over() {
    # How this machine reaches its mirror and its package registry.
    cp /etc/resolv.conf /etc/hosts "$root/etc/"
    if [ -e /etc/pip.conf ]; then cp /etc/pip.conf "$root/etc/"; fi
    # Made anew: the links in it are absolute and would lead out of the folder.
    rm -rf "$root/etc/ssl/certs"
    cp -rL /etc/ssl/certs "$root/etc/ssl/certs"
}

new_clone() {
    rm -rf "$root/root/huiying"
    git clone --quiet --no-local "$repo" "$root/root/huiying"
    say "commit $(git -C "$root/root/huiying" rev-parse --short HEAD)"
}

inside() {
    # `--kill-child`: the namespace ends with this script, and everything in it with the namespace.
    unshare --mount --pid --fork --kill-child -- bash -euc '
        root=$1; shift
        mount -t proc proc "$root/proc"; mount --rbind /dev "$root/dev"; mount -t tmpfs tmpfs "$root/tmp"
        exec chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
            ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
            bash -euc "cd /root/huiying; $*"
    ' _ "$root" "$@"
}

[ -e "$root/made" ] || make_debian
take_over
new_clone

timed='began=$(date +%s); took() { echo "== $1 after $(($(date +%s) - began)) s"; };'

case $what in setup)
    inside "$timed"' make setup; took "setup done"' ;;
esac

case $what in run | all)
    inside "$timed"'
        make run & make=$!
        ok() { python3 -c "import urllib.request as r; r.urlopen(\"http://127.0.0.1:8000/healthz\", timeout=2)" 2>/dev/null; }
        until ok; do kill -0 $make; sleep 0.5; done; took "make run: /healthz ok"
        sleep '"${STAY:-5}"'; began=$(date +%s); kill -TERM $make; wait $make || true; took "make run: ended"
        left=$(cat /proc/[0-9]*/comm 2>/dev/null | grep -vxE "bash|cat|grep" || true)
        [ -z "$left" ] || { echo "left running: $left"; exit 1; }; echo "== nothing left running"' ;;
esac

case $what in test | all)
    inside "$timed"' make test; took "make test passed"' ;;
esac
