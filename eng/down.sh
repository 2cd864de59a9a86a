#!/usr/bin/env bash
# make down: stops a running system and waits until it has ended.
cd -P "$(dirname "$0")/.."
. eng/lib.sh
. eng/run-state.sh

if ! read_run; then
  say "not running"
  exit 0
fi
stop_run "$DOCUCHAT_PROCESS" || die "process $DOCUCHAT_PROCESS has not ended after a minute"
say "stopped"
