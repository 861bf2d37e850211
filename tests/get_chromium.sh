#!/usr/bin/env bash
# Chromium and Chinese type for the tests of pages and papers, where this machine can get them; nothing where they are.
set -uo pipefail

here() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null; }
type_here() { fc-list 2>/dev/null | grep -q "Noto Serif CJK SC"; }

if here && type_here; then
    exit 0
fi
if [[ $(id -u) = 0 ]] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null
fi
here || echo "!!! CHROMIUM IS NOT HERE: THE PAGES ARE NOT TESTED IN A BROWSER" >&2
type_here || echo "!!! NOTO CJK IS NOT HERE: THE PAPERS ARE NOT TESTED" >&2
exit 0
