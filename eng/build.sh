#!/usr/bin/env bash
# Builds what runs, when a source file is newer than the last build, and restores the tools.
cd -P "$(dirname "$0")/.."
. eng/lib.sh
. eng/run-state.sh

built=$state/built
if [ -f "$built" ] && [ -x DocuChat.AppHost/bin/Debug/net10.0/DocuChat.AppHost ]; then
  # Folders too: their time tells of a deleted file.
  newer=$(find DocuChat.*/ .config ./*.props ./global.json \( -name bin -o -name obj \) -prune -o -newer "$built" -print -quit 2>/dev/null)
  [ -n "$newer" ] || exit 0
fi

if [ -x eng/web-font.sh ]; then eng/web-font.sh; fi
say "building"
dotnet tool restore >/dev/null || die "the .NET tools could not be restored"
# Quiet, and without the warning about versions that a registry does not serve.
dotnet build DocuChat.AppHost -nologo -v quiet -clp:"ErrorsOnly;NoSummary" || die "the build failed"
mkdir -p "$state"
touch "$built"
