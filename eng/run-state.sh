# Sourced after lib.sh: where a run keeps its state, and what a running system left there (see DocuChat.AppHost/RunState.cs).

state=${DOCUCHAT_STATE:-$PWD/.data}

# Reads run.env when the system that wrote it still runs; else fails.
read_run() {
  [ -f "$state/run.env" ] || return 1
  . "$state/run.env"
  case $(ps -o args= -p "$DOCUCHAT_PROCESS" 2>/dev/null) in *DocuChat.AppHost*) ;; *) return 1 ;; esac
}

is_ready() { read_run && [ "${DOCUCHAT_READY:-}" = yes ]; }

# Stops a running AppHost and waits until it and Aspire's own processes, which outlive it by a moment, have ended.
stop_run() {
  local servers controllers process
  servers=$(pgrep -f -- "start-apiserver --monitor $1( |$)" || true)
  controllers=$(for process in $servers; do pgrep -f -- "run-controllers .*--monitor $process( |$)" || true; done)
  kill -TERM "$1" 2>/dev/null || true
  for _ in $(seq 240); do
    kill -0 "$1" $servers $controllers 2>/dev/null || return 0
    sleep 0.25
  done
  return 1
}

print_addresses() {
  read_run
  echo
  echo "  the chat              http://localhost:$DOCUCHAT_WEB_PORT"
  echo "  the API, its docs     http://localhost:$DOCUCHAT_API_PORT, http://localhost:$DOCUCHAT_API_PORT/docs"
  if [ -n "${DOCUCHAT_PROMETHEUS_PORT:-}" ]; then echo "  Prometheus            http://localhost:$DOCUCHAT_PROMETHEUS_PORT"; fi
  if [ -n "${DOCUCHAT_GRAFANA_PORT:-}" ]; then echo "  Grafana               http://localhost:$DOCUCHAT_GRAFANA_PORT"; fi
  if [ -n "${DOCUCHAT_MAIL_PORT:-}" ]; then echo "  the mail sink         http://localhost:$DOCUCHAT_MAIL_PORT"; fi
  echo "  the Aspire dashboard  http://localhost:18888"
  echo
  echo "  sign in with          demo@demo-corp.example, demo-password"
  echo
}
