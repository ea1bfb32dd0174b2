#!/usr/bin/env bash
# Runs the live suite: brings the lab up when it is down, and takes it down again unless --keep.
# Further arguments go to vitest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

keep=
if [[ ${1:-} == --keep ]]; then
  keep=yes
  shift
fi

infra/lab/install chromium
# Whoever found it up leaves it up.
if [[ -z $keep ]] && ! infra/lab/up --check; then
  trap 'infra/lab/down' EXIT
fi
LAB_ENV=$(infra/lab/up)
export LAB_ENV
PATH=$PWD/node_modules/.bin:$PATH vitest run --config test/live/vitest.config.ts "$@"
