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
code=0
dotnet DocuChat.Tests/bin/Debug/net10.0/DocuChat.Tests.dll -noColor "$@" 2>&1 | tee TestResults/tests.log || code=$?

# DocuChat.Tests  Total: 78, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 12.481s
summary=$(grep -E 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+' TestResults/tests.log | tail -n 1 || true)
number() { echo "$summary" | sed -n "s/.*$1: \([0-9]*\).*/\1/p"; }
if [ -z "$summary" ]; then
  say "the test run ended without a summary (exit code $code)"
  echo "0 passed, 1 failed"
  exit 1
fi
failed=$(($(number Failed) + $(number Errors)))
passed=$(($(number Total) - $(number Failed) - $(number Skipped) - $(number 'Not Run')))
if [ "$code" != 0 ] && [ $failed = 0 ]; then failed=1; fi
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed -gt 0 ]
