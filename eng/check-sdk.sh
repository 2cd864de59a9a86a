#!/usr/bin/env bash
# The .NET SDK that global.json asks for, and the ICU library without which .NET does not start on Linux.
cd -P "$(dirname "$0")/.."
. eng/lib.sh

if [ "$(uname -s)" = Linux ] && have apt-get && [[ $(ldconfig -p 2>/dev/null) != *libicuuc* ]]; then
  say "installing libicu, which .NET needs"
  as_root apt-get update -qq
  package=$(apt-cache search --names-only '^libicu[0-9]+$' | awk '{print $1}' | sort -V | tail -n 1)
  as_root apt-get install -y -qq --no-install-recommends "$package" >/dev/null
fi

have dotnet || die "the .NET SDK 10 is missing: https://dotnet.microsoft.com/download/dotnet/10.0"
dotnet --version >/dev/null 2>&1 ||
  die "the .NET SDK on this machine is not the one that global.json asks for ($(tr -d '\n' <global.json | sed 's/.*"version": *"\([^"]*\)".*/\1/') or later): https://dotnet.microsoft.com/download/dotnet/10.0"
