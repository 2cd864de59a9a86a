#!/usr/bin/env bash
# Runs Prometheus in the foreground.   eng/native/prometheus.sh FOLDER PORT CONFIGURATION
. "$(dirname "$0")/lib.sh"

have prometheus || die "prometheus is missing: run make up, or eng/bootstrap.sh"
mkdir -p "$1"
exec prometheus --config.file="$3" --web.listen-address="127.0.0.1:$2" --storage.tsdb.path="$1" --storage.tsdb.retention.time=15d --log.level=warn
