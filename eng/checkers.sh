#!/usr/bin/env bash
# Prints the folder that holds actionlint and, where the machine has no kubectl of its own that knows kustomize's components, kubectl; fails where they are missing.
cd -P "$(dirname "$0")/.."
. eng/lib.sh

folder=$PWD/.data/checkers
# "Kustomize Version: v5.5.0"
has_kustomize() { version_at_least "$("$1" version --client 2>/dev/null | sed -n 's/^Kustomize Version: v//p')" 4.5; }

have node && [ -f "$folder/actionlint/node.mjs" ] || exit 1
{ have kubectl && has_kustomize kubectl; } || { [ -x "$folder/kubectl" ] && has_kustomize "$folder/kubectl"; } || exit 1
echo "$folder"
