#!/usr/bin/env bash
# What only a cluster can show, on one machine: makes a kind cluster, loads the images built from this working copy, deploys the overlay kind, and checks that it works and that it
# is shut where it must be. Needs docker, kind and kubectl. KEEP=1 leaves the cluster.
cd -P "$(dirname "$0")/../.."
. eng/lib.sh

for program in docker kind kubectl; do have $program || die "$program is missing"; done
cluster=docuchat
registry=localhost:5001
[ -n "${KEEP:-}" ] || trap 'kind delete cluster --name $cluster; docker rm --force $cluster-registry' EXIT
kind create cluster --name $cluster --wait 120s

# The SDK takes a base image from a registry only, not from Docker: one for the moment.
docker run --detach --name $cluster-registry --publish "127.0.0.1:${registry#*:}:5000" registry:2 >/dev/null
docker build -q -t $registry/docuchat-ingestion-base:10.0 deploy/images/ingestion-base
docker push -q $registry/docuchat-ingestion-base:10.0
for project in Api Ingestion Billing Web Sandbox; do
  name=${project,,}
  say "building $name"
  INGESTION_BASE_IMAGE=$registry/docuchat-ingestion-base:10.0 dotnet publish "DocuChat.$project" -c Release --os linux --arch x64 -nologo -v quiet -t:PublishContainer \
    -p:ContainerRepository="ghcr.io/docuchat/$name" -p:ContainerImageTag=latest
  kind load docker-image "ghcr.io/docuchat/$name:latest" --name $cluster
done

k() { kubectl --namespace docuchat-kind "$@"; }
kubectl apply -k deploy/overlays/kind
k wait --for=condition=complete --timeout=300s job/docuchat-migrate
for one in statefulset/postgres statefulset/redis statefulset/prometheus statefulset/grafana deployment/api deployment/ingestion deployment/billing deployment/web deployment/sandbox; do
  k rollout status $one --timeout=300s
done

k port-forward service/api 8000:8080 >/dev/null &
forward=$!
sleep 3
deploy/scripts/smoke.sh http://localhost:8000

say "Prometheus finds every service"
up=$(kubectl get --raw '/api/v1/namespaces/docuchat-kind/services/docuchat-prometheus:9090/proxy/api/v1/query?query=count(up%7Bjob%3D~%22api%7Cingestion%7Cbilling%7Cweb%22%7D%3D%3D1)')
grep -q '"6"' <<<"$up" || die "not all of 2 + 1 + 1 + 2 pods are up: $up"

say "billing runs by hand as by the clock"
k create job --from=cronjob/docuchat-billing billing-by-hand
k wait --for=condition=complete --timeout=180s job/billing-by-hand

say "Web reaches no database"
k run shut --image=redis:7-alpine --restart=Never --labels=app=web --overrides='{"spec":{"securityContext":{"runAsNonRoot":true,"runAsUser":999,"seccompProfile":{"type":"RuntimeDefault"}},"containers":[{"name":"shut","image":"redis:7-alpine","command":["sh","-c","! nc -w 5 postgres 5432"],"securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}}]}}'
k wait --for=jsonpath='{.status.phase}'=Succeeded --timeout=60s pod/shut

say "a rollback puts the version before back"
k set env deployment/api DOCUCHAT_TRIAL=1
k rollout status deployment/api --timeout=300s
K8S_NAMESPACE=docuchat-kind deploy/scripts/rollback.sh
[ -z "$(k get deployment api -o jsonpath='{.spec.template.spec.containers[0].env[?(@.name=="DOCUCHAT_TRIAL")].value}')" ] || die "the trial is still there"
kill $forward
say "all well"
