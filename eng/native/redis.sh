#!/usr/bin/env bash
# Runs Redis in the foreground.   eng/native/redis.sh FOLDER PORT [SETTING VALUE...], settings written --like this
. "$(dirname "$0")/lib.sh"

data=$1 port=$2
shift 2
have redis-server || die "redis-server is missing: run make up, or eng/bootstrap.sh"
mkdir -p "$data"
# No configuration file: the machine's own belongs to another server.
exec redis-server --bind 127.0.0.1 --port "$port" --dir "$data" --appendonly yes --save "" --daemonize no "$@"
