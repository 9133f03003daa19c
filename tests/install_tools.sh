#!/bin/sh
# Installs what the tests drive the studio with (Chromium, curl) where that can be done without asking.
set -eu
missing=
for tool in chromium curl; do
    command -v "$tool" >/dev/null || missing="$missing $tool"
done
[ -n "$missing" ] || exit 0
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "Installing$missing …"
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
    echo "The tests need$missing: install it so that it is on the PATH." >&2
    exit 1
fi
