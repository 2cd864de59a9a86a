#!/usr/bin/env bash
# Prints PostgreSQL's data folder: .data/postgres of this clone, or, where the user that PostgreSQL runs as cannot enter the clone (in root's home,
# say), a folder of /var/lib/docuchat that is named by the hash of the clone's path.
. "$(dirname "$0")/lib.sh"

if [ "$(id -u)" != 0 ] || as_server_user test -x "$PWD"; then
  echo "$PWD/.data/postgres"
else
  echo "/var/lib/docuchat/$(printf %s "$PWD" | sha256sum | cut -c 1-16)/postgres"
fi
