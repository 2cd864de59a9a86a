#!/usr/bin/env bash
# Prints the next version, v1.2.3: the patch rises, unless a commit since the last version says more ("feat: …" the minor, "feat!: …" or a line BREAKING CHANGE the major).
set -euo pipefail

last=$(git describe --tags --abbrev=0 --match 'v[0-9]*.[0-9]*.[0-9]*' 2>/dev/null || echo v0.0.0)
IFS=. read -r major minor patch <<<"${last#v}"
range=HEAD
if git rev-parse -q --verify "refs/tags/$last" >/dev/null; then range="$last..HEAD"; fi
said=$(git log --format=%B "$range")

if grep -qE '^([a-z]+(\([^)]*\))?!:|BREAKING CHANGE)' <<<"$said"; then
  echo "v$((major + 1)).0.0"
elif grep -qE '^feat(\([^)]*\))?:' <<<"$said"; then
  echo "v$major.$((minor + 1)).0"
else
  echo "v$major.$minor.$((patch + 1))"
fi
