#!/usr/bin/env bash
# Prints the folder with the programs of the newest PostgreSQL (15 or later) that has pgvector (0.8 or later), or fails. --any: with or without pgvector.
# DOCUCHAT_POSTGRES_BIN names the folder to take instead.
cd -P "$(dirname "$0")/.."
. eng/lib.sh

has_pgvector() {
  local control version
  control=$("$1/pg_config" --sharedir 2>/dev/null)/extension/vector.control
  version=$(sed -n "s/^default_version *= *'\([^']*\)'.*/\1/p" "$control" 2>/dev/null)
  [ -n "$version" ] && version_at_least "$version" 0.8
}

candidates() {
  if [ -n "${DOCUCHAT_POSTGRES_BIN:-}" ]; then
    echo "$DOCUCHAT_POSTGRES_BIN"
    return
  fi
  # Debian and Ubuntu; Fedora and its kin; Homebrew; whatever the PATH has.
  ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin 2>/dev/null | sort -rV
  have postgres && dirname "$(command -v postgres)"
  true
}

while read -r bin; do
  [ -x "$bin/postgres" ] && [ -x "$bin/initdb" ] || continue
  version=$("$bin/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
  [ "$version" -ge 15 ] || continue
  if [ "${1:-}" = --any ] || has_pgvector "$bin"; then
    echo "$bin"
    exit
  fi
done < <(candidates)
exit 1
