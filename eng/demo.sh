#!/usr/bin/env bash
# make demo: asks three questions in the terminal, through the API of the running system.
set -euo pipefail
cd -P "$(dirname "$0")/.."
. eng/lib.sh
. eng/run-state.sh
read_run || die "DocuChat is not running: start it with make up"
DOCUCHAT_API="http://localhost:$DOCUCHAT_API_PORT" dotnet run eng/demo.cs -- ask
