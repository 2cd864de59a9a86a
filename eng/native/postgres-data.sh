#!/usr/bin/env bash
# Prints the folder of PostgreSQL's data: the folder postgres of a state folder (.data of the clone, by default), or, where the user that PostgreSQL runs as
# cannot enter that (a clone in root's home, say), a folder of /var/lib/docuchat that is named by the hash of the state folder's path.
. "$(dirname "$0")/lib.sh"

state=${1:-$PWD/.data}
mkdir -p "$state"
if [ "$(id -u)" != 0 ] || as_server_user test -x "$state"; then
  echo "$state/postgres"
else
  echo "/var/lib/docuchat/$(printf %s "$state" | sha256sum | cut -c 1-16)/postgres"
fi
