#!/usr/bin/env bash
# Deploys a version and tries it; puts the version before back when the trial fails.   deploy.sh OVERLAY VERSION IMAGES URL
#   K8S_NAMESPACE  the namespace (docuchat-prod)
#   KUBECONFIG     as kubectl reads it
# URL is where the smoke test reaches the Api from here.
cd -P "$(dirname "$0")/../.."
. eng/lib.sh

overlay=${1:?usage: deploy.sh OVERLAY VERSION IMAGES URL} version=${2:?} images=${3:?} url=${4:?}
namespace=${K8S_NAMESPACE:-docuchat-prod}
kubectl() { command "${KUBECTL:-kubectl}" --namespace "$namespace" "$@"; }
services="api ingestion billing web"
wait=${ROLLOUT_SECONDS:-600}s
summary() { echo "$*" | tee -a "${GITHUB_STEP_SUMMARY:-/dev/null}"; }

back() {
  summary "**$version is rolled back**: $1"
  deploy/scripts/rollback.sh || die "the rollback failed: see deploy/runbooks/rollback.md"
  exit 1
}

objects=$(mktemp)
trap 'rm -f "$objects"' EXIT
deploy/scripts/render.sh "$overlay" "$version" "$images" >"$objects"
say "applying $(grep -c '^kind:' "$objects") objects"
# A job that has ended never runs again: whoever deploys a version a second time, after a restore or with new passwords, has it migrate a second time.
migration=docuchat-migrate-$(tr . - <<<"${version#v}")
kubectl delete job "$migration" --ignore-not-found >&2
kubectl apply --server-side --force-conflicts -f "$objects" >&2

kubectl wait --for=condition=complete --timeout="$wait" "job/$migration" >&2 || back "the migration did not complete"
for service in $services; do
  kubectl rollout status "deployment/$service" --timeout="$wait" >&2 || back "$service did not become ready"
done
deploy/scripts/smoke.sh "$url" >&2 || back "the smoke test failed"
summary "$version runs in $namespace: $(sed -n 's/^api //p' "$images")"
