#!/usr/bin/env bash
# Prints where databases come from: "containers" when a container engine answers, else "native". DOCUCHAT_INFRASTRUCTURE forces one.
cd -P "$(dirname "$0")/.."
. eng/lib.sh

case ${DOCUCHAT_INFRASTRUCTURE:-} in
  containers | native)
    echo "$DOCUCHAT_INFRASTRUCTURE"
    exit
    ;;
  '') ;;
  *) die "DOCUCHAT_INFRASTRUCTURE must be containers or native, not '$DOCUCHAT_INFRASTRUCTURE'" ;;
esac

# An installed client says nothing: the engine itself must answer, and soon.
answers() {
  have "$1" || return 1
  "$1" info >/dev/null 2>&1 &
  local asked=$! i
  for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    kill -0 $asked 2>/dev/null || break
    sleep 0.25
  done
  kill $asked 2>/dev/null && return 1
  wait $asked
}

if answers docker || answers podman; then echo containers; else echo native; fi
