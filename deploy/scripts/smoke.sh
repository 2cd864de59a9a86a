#!/usr/bin/env bash
# Walks the way of a new user: register, upload, ask, and see the answer cite the document.   smoke.sh URL
set -euo pipefail

url=${1:?usage: smoke.sh URL}/api/v1
say() { echo "smoke: $*" >&2; }
die() { say "$*"; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# field NAME: the first value of that name in an answer.
field() { tr -d '\n' | grep -oE "\"$1\" *: *(\"[^\"]*\"|[^,}]*)" | head -n 1 | sed -E 's/^"[^"]*" *: *"?([^"]*)"?$/\1/'; }
call() { curl --fail-with-body -sS --max-time 90 "$@"; }

call "$url/health" >/dev/null || die "not healthy"
email=smoke-$(date +%s)-$RANDOM@example.com
token=$(call -H 'Content-Type: application/json' -d "{\"email\":\"$email\",\"password\":\"smoke-password-$RANDOM$RANDOM\",\"full_name\":\"Smoke test\",\"organization\":\"Smoke test\"}" "$url/auth/register" | field access_token)
[ -n "$token" ] || die "registering gave no token"
say "registered"

number=$((RANDOM % 900 + 100))
echo "The spare key of room $number hangs behind the green door." >"$work/Keys.txt"
call -H "Authorization: Bearer $token" -F "files=@$work/Keys.txt" "$url/documents" >/dev/null || die "the upload was refused"
for _ in $(seq "${SMOKE_SECONDS:-120}"); do
  status=$(call -H "Authorization: Bearer $token" "$url/documents" | field status)
  [ "$status" != failed ] || die "the document failed"
  [ "$status" != ready ] || break
  sleep 1
done
[ "$status" = ready ] || die "the document is still $status"
say "uploaded and processed"

answer=$(call -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -d "{\"message\":\"Where does the spare key of room $number hang?\",\"stream\":false}" "$url/chat") || die "the question failed: $answer"
grep -q '"citations" *: *\[ *{' <<<"$answer" && grep -q 'Keys.txt' <<<"$answer" || die "the answer cites nothing: $answer"
say "asked, and the answer cites the document"
