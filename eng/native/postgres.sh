#!/usr/bin/env bash
# Runs PostgreSQL in the foreground.   eng/native/postgres.sh STATE_FOLDER PORT [SETTING=VALUE...]
# The data lie in the state folder, or where PostgreSQL's user can reach them (eng/native/postgres-data.sh). On its first start it makes the cluster and an empty database docuchat. POSTGRES_PASSWORD is the password of the user postgres.
. "$(dirname "$0")/lib.sh"

data=$(eng/native/postgres-data.sh "$1") port=$2
shift 2
: "${POSTGRES_PASSWORD:?POSTGRES_PASSWORD is not set}"
bin=$(eng/postgres-bin.sh) || die "PostgreSQL 15 or later with pgvector is missing: run make up, or eng/bootstrap.sh"

settings=()
for setting in listen_addresses=127.0.0.1 unix_socket_directories= "port=$port" shared_buffers=96MB max_connections=100 jit=off timezone=UTC log_timezone=UTC "$@"; do
  settings+=(-c "$setting")
done

single_user() { as_server_user "$bin/postgres" --single -D "$data" postgres >/dev/null; }
print=$(printf %s "$POSTGRES_PASSWORD" | sha256sum)
remember_password() { as_server_user tee "$data/docuchat-password" <<<"$print" >/dev/null; }

mkdir -p "$(dirname "$data")"
if [ ! -s "$data/PG_VERSION" ]; then
  say "making a database cluster in $data"
  rm -rf "$data"
  mkdir -m 700 "$data"
  (umask 077 && printf '%s\n' "$POSTGRES_PASSWORD" >"$data.password")
  if [ "$(id -u)" = 0 ]; then chown "$(server_user)" "$data" "$data.password"; fi
  locale=$(locale -a 2>/dev/null | grep -iE -m 1 '^(C\.utf-?8|en_US\.utf-?8)$' || echo C)
  as_server_user "$bin/initdb" -D "$data" -U postgres --encoding=UTF8 --locale="$locale" --auth=scram-sha-256 --auth-local=reject --no-instructions --no-sync --pwfile="$data.password" >/dev/null
  rm "$data.password"
  single_user <<<"create database docuchat"
  remember_password
fi

# The password belongs to the clone, the data may lie outside it: when they have parted, the clone's wins.
if [ "$(as_server_user cat "$data/docuchat-password" 2>/dev/null)" != "$print" ]; then
  single_user <<<"alter role postgres password '${POSTGRES_PASSWORD//\'/\'\'}'"
  remember_password
fi

# SIGTERM alone would wait until every client has gone; SIGINT ends their sessions. Should this script be killed outright, the kernel passes SIGINT on.
last_will=()
if [ "$(id -u)" = 0 ]; then
  last_will=(setpriv --reuid="$(server_user)" --regid="$(id -g "$(server_user)")" --clear-groups --pdeathsig INT --)
elif setpriv --pdeathsig INT -- true 2>/dev/null; then
  last_will=(setpriv --pdeathsig INT --)
fi
${last_will[@]+"${last_will[@]}"} "$bin/postgres" -D "$data" "${settings[@]}" &
server=$!
trap 'kill -INT $server 2>/dev/null' TERM INT HUP
# A trapped signal ends `wait` before the server has ended.
while kill -0 $server 2>/dev/null; do wait $server && code=0 || code=$?; done
exit "${code:-0}"
