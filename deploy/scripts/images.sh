#!/usr/bin/env bash
# Builds the images with the .NET SDK, pushes them, and prints each with its digest: "api ghcr.io/OWNER/docuchat-api@sha256:…".   images.sh REPOSITORY TAG
# REPOSITORY is such as ghcr.io/OWNER/docuchat. Who pushes is who has signed in (docker login).
cd -P "$(dirname "$0")/../.."
. eng/lib.sh

repository=${1:?usage: images.sh REPOSITORY TAG} tag=${2:?usage: images.sh REPOSITORY TAG}
for project in Api Ingestion Billing Web Sandbox; do
  name=${project,,}
  say "building $name"
  # Ingestion needs Tesseract; its base image is built from deploy/images/ingestion-base.
  digest=$(dotnet publish "DocuChat.$project" -c Release --os linux --arch x64 -nologo -v quiet -t:PublishContainer \
    -p:ContainerRegistry="${repository%%/*}" -p:ContainerRepository="${repository#*/}-$name" -p:ContainerImageTag="${tag#v}" -p:Version="${tag#v}" \
    --getProperty:GeneratedContainerDigest)
  case $digest in sha256:*) ;; *) die "$name has no digest: $digest" ;; esac
  echo "$name $repository-$name@$digest"
done
