#!/bin/sh
# Installs what the tests drive the studio with and stand it on, and what else is named, where that can be done
# without asking.
set -eu
missing=
for tool in chromium curl nginx redis-server "$@"; do
    command -v "$tool" >/dev/null || missing="$missing $tool"
done
# Its promtool tests the alerts.
command -v prometheus >/dev/null && command -v promtool >/dev/null || missing="$missing prometheus"
# Debian keeps PostgreSQL's server off the PATH.
command -v postgres >/dev/null || ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing="$missing postgresql"
[ -n "$missing" ] || exit 0
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "Installing$missing …"
    apt-get update -qq
    # RUNLEVEL=1: the packages start no services of their own; the tests start theirs.
    # shellcheck disable=SC2086
    RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "The tests need$missing: install it so that it is on the PATH." >&2
    exit 1
fi
