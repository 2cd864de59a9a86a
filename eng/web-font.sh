#!/usr/bin/env bash
# Brings the Vazirmatn web font (SIL Open Font License) into DocuChat.Web/wwwroot/fonts, which git ignores. It is a nicety: without npm,
# or without a registry, the pages use the reader's own fonts.
set -euo pipefail

package='@fontsource-variable/vazirmatn@5.3.0'
here=$(cd "$(dirname "$0")/.." && pwd)
fonts="$here/DocuChat.Web/wwwroot/fonts"

if [ -f "$fonts/vazirmatn.css" ]; then exit 0; fi
if ! command -v npm >/dev/null; then
  echo "web font: npm is not installed, so the pages use the system's fonts" >&2
  exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! archive=$(cd "$work" && npm pack --silent "$package" 2>/dev/null); then
  echo "web font: $package cannot be had now, so the pages use the system's fonts" >&2
  exit 0
fi
tar -xzf "$work/$archive" -C "$work"
mkdir -p "$fonts"
cp "$work"/package/files/*-wght-normal.woff2 "$work/package/LICENSE" "$fonts/"
# The style goes last: it is what says that the font is there.
sed 's#\./files/##' "$work/package/index.css" > "$fonts/vazirmatn.css"
