#!/usr/bin/env bash
# Prints the path of Chromium or Chrome, or fails. DOCUCHAT_CHROMIUM forces one.
cd -P "$(dirname "$0")/.."
. eng/lib.sh

for path in "${DOCUCHAT_CHROMIUM:-}" "$(command -v chromium || true)" "$(command -v chromium-browser || true)" "$(command -v google-chrome || true)" \
  "/Applications/Chromium.app/Contents/MacOS/Chromium" "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
  if [ -n "$path" ] && [ -x "$path" ]; then
    echo "$path"
    exit
  fi
done
exit 1
