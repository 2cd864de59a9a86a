#!/usr/bin/env bash
# Restores a backup of backup.sh into an empty database.   restore.sh FILE
#   DATABASE_URL            the database, which must be there and be empty; its user is the server's superuser
#   BACKUP_PASSPHRASE_FILE  a file whose first line opens the backup
# Then run the migrations of the version that is to serve, and give the roles that sign in their passwords.
set -euo pipefail
umask 077

file=${1:?usage: restore.sh FILE}
: "${DATABASE_URL:?DATABASE_URL is not set}" "${BACKUP_PASSPHRASE_FILE:?BACKUP_PASSPHRASE_FILE is not set}"
say() { echo "restore: $*" >&2; }
die() { say "$*"; exit 1; }
[ -f "$file" ] || die "there is no $file"
url=${DATABASE_URL/+asyncpg/}
ask() { psql --dbname="$url" --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 "$@"; }

[ "$(ask -c "select count(*) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')")" = 0 ] ||
  die "the database is not empty: make a new one, nothing is written over"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -f "$file.sha256" ]; then (cd "$(dirname "$file")" && sha256sum --check --quiet "$(basename "$file").sha256") || die "the file is damaged"; fi
mkdir "$work/gnupg"
gpg --homedir "$work/gnupg" --batch --quiet --no-tty --pinentry-mode loopback --passphrase-file "$BACKUP_PASSPHRASE_FILE" --decrypt "$file" 2>"$work/gpg.log" | tar -C "$work" -xf - ||
  die "it could not be opened: $(tail -n 1 "$work/gpg.log")"
gpgconf --homedir "$work/gnupg" --kill gpg-agent 2>/dev/null || true
(cd "$work" && sha256sum --check --quiet SHA256SUMS) || die "what is in it is damaged"

# Roles belong to the whole server: those that are there stay, and so does the superuser that asks. CREATE ROLE x; → only where there is none.
me=$(ask -c "select current_user")
sed -E "/^(ALTER|CREATE) ROLE \"?$me\"?( |;)/d; s/^CREATE ROLE (.+);$/do \$\$ begin create role \1; exception when duplicate_object then null; end \$\$;/" "$work/roles.sql" >"$work/roles-here.sql"
ask -f "$work/roles-here.sql" >/dev/null

say "restoring the dump"
pg_restore --dbname="$url" --exit-on-error --jobs="${RESTORE_JOBS:-2}" "$work/database.dump"
ask -c analyze
say "restored $(ask -c "select count(*) from pg_tables where schemaname not in ('pg_catalog', 'information_schema')") tables"
