#!/usr/bin/env bash
# Runs a command for as long as standard input stays open, then ends it and removes a folder: what a test starts cannot outlive the test, however the test
# dies.   eng/native/while-open.sh FOLDER COMMAND...
set -u

folder=$1
shift
exec 3<&0
"$@" </dev/null 3<&- &
command=$!
trap 'kill -TERM $command 2>/dev/null' TERM INT HUP
(
  while read -r _ <&3; do :; done
  kill -TERM $command 2>/dev/null
) &
watcher=$!
exec 3<&-
while kill -0 $command 2>/dev/null; do wait $command && code=0 || code=$?; done
kill $watcher 2>/dev/null
rm -rf "$folder"
exit "${code:-0}"
