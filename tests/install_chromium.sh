#!/bin/sh
# Installs Chromium for the browser journeys where that can be done without asking.
set -eu
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    echo "Installing Chromium …"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
else
    echo "The browser journeys need Chromium: install it so that \`chromium\` is on the PATH." >&2
    exit 1
fi
