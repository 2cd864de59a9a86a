#!/usr/bin/env bash
# Brings what this way of running needs, and nothing that is there already. Harmless when repeated; fast when nothing is to do.
#   eng/bootstrap.sh [run|test]     test adds what only tests use (a browser, PDF tools, text recognition, a Persian font)
cd -P "$(dirname "$0")/.."
. eng/lib.sh

profile=${1:-run}
case $profile in run | test) ;; *) die "usage: eng/bootstrap.sh [run|test]" ;; esac

eng/check-sdk.sh
infrastructure=$(eng/infrastructure.sh)
# Tests start PostgreSQL and Redis themselves, whichever way the system runs.
if [ "$infrastructure" = containers ] && [ "$profile" = run ]; then
  exit 0
fi

missing=$(eng/missing.sh "$profile")
[ -n "$missing" ] || exit 0
say "missing: $(echo $missing)"

if have apt-get; then
  eng/install/debian.sh $missing
elif have brew; then
  eng/install/macos.sh $missing
else
  say "this machine has neither apt-get nor Homebrew. Install what is missing with its own package manager, or start a container engine:"
  for one in $missing; do eng/missing.sh --explain "$one" >&2; done
  exit 1
fi

still=$(eng/missing.sh "$profile")
[ -z "$still" ] || die "still missing after the installation: $(echo $still)"
