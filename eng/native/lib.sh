# Sourced by the scripts beside it, which start one server each. Every server listens on loopback only and logs to its output.
cd -P "$(dirname "${BASH_SOURCE[0]}")/../.."
. eng/lib.sh

# PostgreSQL refuses to run as root: whom it runs as instead.
server_user() {
  if id postgres >/dev/null 2>&1; then echo postgres; else echo nobody; fi
}

# Runs a command as the server's user when we are root, else as ourselves.
as_server_user() {
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid="$(server_user)" --regid="$(id -g "$(server_user)")" --clear-groups -- "$@"
  else
    "$@"
  fi
}
