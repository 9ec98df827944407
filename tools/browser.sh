#!/bin/sh
# See that the tests have a browser. As root the system's Chromium is installed; otherwise one line says what is missing.
set -eu
say() { echo "facialis: $*" >&2; exit 1; }
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && exit 0
done
{ [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; } || say "the tests of the pages need Chromium: install it"
{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium fonts-dejavu-core; } \
    >/dev/null 2>&1 || say "Chromium could not be installed: install it by hand"
