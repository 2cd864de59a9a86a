#!/usr/bin/env bash
# Puts the Deployments back to what they were before the last change, the billing CronJob with them, and waits until that serves. The schema stays: each version runs on the
# next one's.   rollback.sh
cd -P "$(dirname "$0")/../.."
. eng/lib.sh

kubectl() { command "${KUBECTL:-kubectl}" --namespace "${K8S_NAMESPACE:-docuchat-prod}" "$@"; }
for service in api ingestion billing web; do
  kubectl rollout undo "deployment/$service" || say "$service has no version before this one"
done
# The CronJob bills by the program that the Deployment has.
kubectl set image cronjob/docuchat-billing "billing-run=$(kubectl get deployment/billing -o 'jsonpath={.spec.template.spec.containers[0].image}')"
for service in api ingestion billing web; do
  kubectl rollout status "deployment/$service" --timeout="${ROLLOUT_SECONDS:-600}s"
done
