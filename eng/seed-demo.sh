#!/usr/bin/env bash
# Makes the demo tenant in the running system, on the first run: its documents are written from their sources, uploaded, and waited for.
set -euo pipefail
cd -P "$(dirname "$0")/.."
. eng/lib.sh
. eng/run-state.sh
read_run || die "DocuChat is not running: start it with make up"
export DOCUCHAT_API="http://localhost:$DOCUCHAT_API_PORT"

# Seeded means that the documents were ready once and the tenant is still there: the database may be another one by now.
seeded=$state/demo/seeded
sign_in() { curl -fsS -o /dev/null --data-urlencode username=demo@demo-corp.example --data-urlencode password=demo-password "$DOCUCHAT_API/api/v1/auth/login" 2>/dev/null; }
if [ -f "$seeded" ] && sign_in; then exit 0; fi

say "seeding the demo tenant"
dotnet run eng/demo-documents.cs -- "$state/demo/documents" >/dev/null
dotnet run eng/demo.cs -- seed "$state/demo/documents"
touch "$seeded"
