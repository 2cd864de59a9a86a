# Sourced by the scripts beside it.
set -euo pipefail

# A build leaves its servers behind for the next one: half a gigabyte beside a system that now has to run.
export UseSharedCompilation=false MSBUILDDISABLENODEREUSE=1

say() { echo "docuchat: $*" >&2; }
die() { say "$*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# Runs a command as root: as it is when root, else through sudo, which may ask for a password.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif have sudo; then
    sudo "$@"
  else
    die "this needs root and there is no sudo; run as root: $*"
  fi
}

# version_at_least HAVE WANTED, by dotted numbers.
version_at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }
