#!/usr/bin/env bash
# make up: sets up what is missing, builds, runs the system in the foreground, seeds the demo tenant, prints the addresses. Ctrl-C stops everything.
cd -P "$(dirname "$0")/.."
. eng/lib.sh
. eng/run-state.sh

if is_ready; then
  say "already running"
  print_addresses
  exit 0
fi
if read_run; then die "already starting (process $DOCUCHAT_PROCESS): wait for it, or make down"; fi

export DOCUCHAT_INFRASTRUCTURE
DOCUCHAT_INFRASTRUCTURE=$(eng/infrastructure.sh)
eng/bootstrap.sh run
eng/build.sh

say "starting ($DOCUCHAT_INFRASTRUCTURE); logs are in $state/logs"
mkdir -p "$state/logs"
apphost=DocuChat.AppHost/bin/Debug/net10.0/DocuChat.AppHost
# For the AppHost itself and the dashboard what Wiring.WithFrugalRuntime is for the services.
DOTNET_ENVIRONMENT=${DOTNET_ENVIRONMENT:-Development} DOTNET_gcServer=0 DOTNET_gcConcurrent=0 DOTNET_GCConserveMemory=5 DOTNET_TC_CallCountingDelayMs=7D0 \
  "$apphost" >"$state/logs/apphost.log" 2> >(tee "$state/logs/apphost.err" >&2) &
process=$!
trap 'say "stopping"; stop_run $process; wait $process; exit $?' INT TERM HUP

waited=0
until is_ready; do
  kill -0 $process 2>/dev/null || { wait $process || true; die "it did not start; see $state/logs"; }
  [ $waited -lt 600 ] || { stop_run $process || true; die "it was not healthy after 5 minutes; see $state/logs"; }
  waited=$((waited + 1))
  sleep 0.5
done

if [ -x eng/seed-demo.sh ]; then eng/seed-demo.sh || say "the demo tenant could not be seeded; the system runs without it"; fi
print_addresses
say "Ctrl-C stops everything"
wait $process
