#!/usr/bin/env bash
# make manifests: writes deploy/base anew, by Aspirate from the AppHost's model and the templates of deploy/aspirate. --check fails where the committed base differs.
# ASPIRATE names the program; else it is the tool of deploy/.config/dotnet-tools.json.
cd -P "$(dirname "$0")/../.."
. eng/lib.sh

mode=${1:-write}
export DOTNET_CLI_TELEMETRY_OPTOUT=1
if [ -z "${ASPIRATE:-}" ]; then
  # In a folder of its own: the tool is started in the AppHost's folder, from where the manifest of deploy/ is not found.
  version=$(tr -d ' \n' <deploy/.config/dotnet-tools.json | sed 's/.*"aspirate":{"version":"\([^"]*\)".*/\1/')
  [ -x ".data/aspirate-$version/aspirate" ] || dotnet tool install aspirate --version "$version" --tool-path ".data/aspirate-$version" >/dev/null ||
    die "Aspirate $version could not be had: set ASPIRATE to its program, or leave deploy/base as it is"
  ASPIRATE=$PWD/.data/aspirate-$version/aspirate
fi
# Projects are found from where it is started.
aspirate() { (cd DocuChat.AppHost && DOTNET_ROLL_FORWARD=Major "$ASPIRATE" "$@"); }

root=$PWD
out=$(mktemp -d)
manifest=$root/DocuChat.AppHost/manifest.json
trap 'rm -rf "$out" "$manifest" "$root/DocuChat.AppHost/aspirate-state.json"' EXIT

say "writing the manifest"
dotnet run --project DocuChat.AppHost ${NO_BUILD:+--no-build} -- --publisher manifest --output-path "$manifest" >"$out/manifest.log" 2>&1 || { cat "$out/manifest.log" >&2; die "the AppHost wrote no manifest"; }
aspirate settings update-checks disable >/dev/null 2>&1 || true
# Aspirate keeps what is secret apart from the environment, and our templates leave it out: pods read the Secret docuchat-secrets (components/config). What it
# asks for a secret and a password is thrown away.
aspirate generate --non-interactive -p "$root/DocuChat.AppHost" -m "$manifest" --skip-build --disable-state --secret-password thrown-away --image-pull-policy IfNotPresent \
  --include-dashboard false --namespace docuchat-prod -cr ghcr.io/docuchat -ct latest -pa postgres-password=unused -o "$out/base" >"$out/aspirate.log" 2>&1 ||
  { cat "$out/aspirate.log" >&2; die "Aspirate failed"; }

if [ "$mode" = --check ]; then
  diff -r "$out/base" deploy/base || die "deploy/base is not what the model gives: run make manifests"
  say "deploy/base is what the model gives"
else
  rm -rf deploy/base
  cp -R "$out/base" deploy/base
  say "wrote deploy/base"
fi
