#!/usr/bin/env bash
# make reset: stops the system and removes its data, for good.
cd -P "$(dirname "$0")/.."
. eng/lib.sh
. eng/run-state.sh

eng/down.sh
data=$(eng/native/postgres-data.sh "$state")
id=$(printf %s "$state" | sha256sum | cut -c 1-16)
for engine in docker podman; do
  if have $engine; then $engine volume ls -q 2>/dev/null | grep "^docuchat-$id-" | xargs -r $engine volume rm >/dev/null || true; fi
done
# The cluster may lie outside the clone, in a folder that only this clone uses.
rm -rf "$data"
case $data in /var/lib/docuchat/*) rmdir "$(dirname "$data")" 2>/dev/null || true ;; esac
rm -rf "$state"
say "removed the data of $PWD"
