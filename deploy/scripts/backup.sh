#!/usr/bin/env bash
# Backs the database up into one encrypted file.   backup.sh FOLDER
#   DATABASE_URL            whose user sees every row: the server's superuser, or one with BYPASSRLS
#   BACKUP_PASSPHRASE_FILE  a file whose first line opens the backup; keep it apart from the backups
#   BACKUP_KEEP_DAYS        older backups of the folder go (30)
#   BACKUP_SNAPSHOT         an exported snapshot to dump; by default the moment of the start
# The file docuchat-TIME.tar.gpg holds the roles, the dump in pg_dump's custom format, and their checksums; FILE.sha256 stands beside it. Prints the file's path.
set -euo pipefail
umask 077

folder=${1:?usage: backup.sh FOLDER}
: "${DATABASE_URL:?DATABASE_URL is not set}" "${BACKUP_PASSPHRASE_FILE:?BACKUP_PASSPHRASE_FILE is not set}"
[ -s "$BACKUP_PASSPHRASE_FILE" ] || { echo "backup: $BACKUP_PASSPHRASE_FILE is empty or missing" >&2; exit 1; }
# An operator's URL may name a driver: postgresql+asyncpg://
url=${DATABASE_URL/+asyncpg/}

mkdir -p "$folder"
work=$(mktemp -d "$folder/.making-XXXXXX")
trap 'rm -rf "$work"' EXIT

# Passwords stay behind: a new cluster gets new ones.
pg_dumpall --dbname="$url" --roles-only --no-role-passwords >"$work/roles.sql"
pg_dump --dbname="$url" --format=custom --compress=6 ${BACKUP_SNAPSHOT:+--snapshot="$BACKUP_SNAPSHOT"} --file="$work/database.dump"
# A dump whose table of contents cannot be read is none.
pg_restore --list "$work/database.dump" >/dev/null
(cd "$work" && sha256sum roles.sql database.dump >SHA256SUMS)

name=docuchat-$(date -u +%Y%m%dT%H%M%SZ).tar.gpg
mkdir "$work/gnupg"
tar -C "$work" -cf - SHA256SUMS roles.sql database.dump |
  gpg --homedir "$work/gnupg" --batch --quiet --no-tty --pinentry-mode loopback --passphrase-file "$BACKUP_PASSPHRASE_FILE" --symmetric --cipher-algo AES256 --compress-algo none --output "$work/$name"
# The agent that gpg started looks after nothing any more.
gpgconf --homedir "$work/gnupg" --kill gpg-agent 2>/dev/null || true
(cd "$work" && sha256sum "$name" >"$name.sha256")
mv "$work/$name" "$work/$name.sha256" "$folder/"

find "$folder" -maxdepth 1 -name 'docuchat-*.tar.gpg*' -mtime +"${BACKUP_KEEP_DAYS:-30}" -delete
echo "$folder/$name"
