#!/usr/bin/env bash
# make test: sets up what is missing, builds, runs all tests, ends with the line "N passed, N failed". Arguments go to the test runner (-class NAME, …).
cd -P "$(dirname "$0")/.."
. eng/lib.sh

eng/bootstrap.sh test
if [ -x eng/web-font.sh ]; then eng/web-font.sh; fi
dotnet tool restore >/dev/null || die "the .NET tools could not be restored"
say "building"
dotnet build DocuChat.Tests -nologo -v quiet -clp:ErrorsOnly || { echo "0 passed, 1 failed"; exit 1; }

mkdir -p TestResults
: >TestResults/tests.log
code=0
tests() { dotnet DocuChat.Tests/bin/Debug/net10.0/DocuChat.Tests.dll -noColor "$@" 2>&1 | tee -a TestResults/tests.log || code=$?; }
named() { local option=$1 name; shift; for name in "$@"; do echo "$option DocuChat.Tests.$name*"; done; }

# One after the other, in a process each: every service that a test starts lives in the test process, and collecting the garbage of all of them at once
# takes it minutes in which the others' time limits run out. What is in neither of the two lists runs in the middle.
first="Core Billing Sandbox House Ingestion"
last="Web Browser"
set -f
if [ $# -gt 0 ]; then
  tests "$@"
else
  tests $(named -namespace $first)
  tests $(named -namespace- $first $last)
  tests $(named -namespace $last)
fi

# Each process ends with: DocuChat.Tests  Total: 78, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 12.481s
summaries=$(grep -E 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+' TestResults/tests.log || true)
sum() { echo "$summaries" | sed -n "s/.*$1: \([0-9]*\).*/\1/p" | awk '{ sum += $1 } END { print sum + 0 }'; }
failed=$(($(sum Failed) + $(sum Errors)))
passed=$(($(sum Total) - $(sum Failed) - $(sum Skipped) - $(sum 'Not Run')))
if [ "$code" != 0 ] && [ $failed = 0 ]; then
  say "a test run ended with exit code $code"
  failed=1
fi
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
