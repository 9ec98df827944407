#!/bin/sh
# Make the virtual environment $1 with the Python $2 (or the first that will do), and install what that needs.
# As root a missing system package is installed; otherwise one line says which it is.
set -eu
venv=$1
say() { echo "facialis: $*" >&2; exit 1; }
fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; }

python=""
for candidate in ${2:-python3 python3.13 python3.12 python3.11}; do
    if fits "$candidate"; then python=$candidate; break; fi
done
if [ -z "$python" ]; then
    here=$("${2:-python3}" -V 2>/dev/null) || here=missing
    say "needs Python 3.11, 3.12 or 3.13 (${2:-python3} is ${here:-no Python}): make PYTHON=/path/to/python3.11"
fi

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    package="$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; } || say "the system package $package is missing: install it"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$package"; } \
        >/dev/null 2>&1 || say "the system package $package could not be installed: install it by hand"
fi

# An environment of another Python, or a broken one, is made anew.
"$venv/bin/python" -c 'import pip' 2>/dev/null && fits "$venv/bin/python" || "$python" -m venv --clear "$venv"
