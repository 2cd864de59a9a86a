#!/usr/bin/env bash
# make check: the health of every part, and which parts this way of running has not.
cd -P "$(dirname "$0")/.."
. eng/lib.sh
. eng/run-state.sh

read_run || die "not running: make up"
bad=0

line() { printf '  %-11s %-9s %s\n' "$1" "$2" "$3"; }

# part NAME PORT PATH: healthy when the address answers with success; with no path, when the port accepts a connection.
part() {
  if [ -z "$2" ]; then
    line "$1" "-" "$4"
  elif { [ -n "$3" ] && curl -fsS -m 10 -o /dev/null "http://localhost:$2$3" 2>/dev/null; } || { [ -z "$3" ] && (exec 3<>"/dev/tcp/127.0.0.1/$2") 2>/dev/null; }; then
    line "$1" "healthy" "localhost:$2"
  else
    line "$1" "UNHEALTHY" "localhost:$2; see $state/logs/$1.log"
    bad=1
  fi
}

part api "$DOCUCHAT_API_PORT" /health
part ingestion "$DOCUCHAT_INGESTION_PORT" /health
part billing "$DOCUCHAT_BILLING_PORT" /health
part web "$DOCUCHAT_WEB_PORT" /health
part sandbox "${DOCUCHAT_SANDBOX_PORT:-}" /health "not needed: models and payments have keys"
part postgres "${DOCUCHAT_POSTGRES_PORT:-}" "" "yours (DATABASE_URL)"
part redis "${DOCUCHAT_REDIS_PORT:-}" "" "yours (REDIS_URL)"
part prometheus "${DOCUCHAT_PROMETHEUS_PORT:-}" /-/ready "yours (PROMETHEUS_URL)"
part mail "${DOCUCHAT_MAIL_PORT:-}" /api/server "yours (SMTP_URL)"
part grafana "${DOCUCHAT_GRAFANA_PORT:-}" /api/health "native has none: the Aspire dashboard and Prometheus' page stand in"
exit $bad
