#!/bin/sh
# One virtual environment per peer under $JIUZHU_BENCH_ENVS (default: jiuzhu-bench/envs in the temp folder).
# Usage: setup.sh [peer ...]   (default: all; needs Python 3.11+ as `python3` or $PYTHON, and a package index)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
envs=${JIUZHU_BENCH_ENVS:-${TMPDIR:-/tmp}/jiuzhu-bench/envs}
python=${PYTHON:-python3}
mkdir -p "$envs"

# The versions live beside the programs, one file a peer, so that a figure can be repeated later.
for peer in ${*:-$(basename -a "$here"/requirements/*.txt | sed 's/\.txt$//')}; do
    [ -x "$envs/$peer/bin/python" ] || "$python" -m venv "$envs/$peer"
    echo "$peer: $envs/$peer"
    "$envs/$peer/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements/$peer.txt"
done
