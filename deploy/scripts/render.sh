#!/usr/bin/env bash
# Prints the objects of an overlay with images by digest, its jobs named by the version.   render.sh OVERLAY VERSION IMAGES
# IMAGES is a file that images.sh wrote.
cd -P "$(dirname "$0")/../.."
. eng/lib.sh

overlay=${1:?usage: render.sh OVERLAY VERSION IMAGES} version=${2:?usage: render.sh OVERLAY VERSION IMAGES} images=${3:?usage: render.sh OVERLAY VERSION IMAGES}
[ -d "deploy/overlays/$overlay" ] || die "there is no overlay $overlay"
[[ $version =~ ^v?[0-9]+\.[0-9]+\.[0-9]+$ ]] || die "$version is no version: v1.2.3"

work=$(mktemp -d "$PWD/deploy/overlays/.release-XXXXXX")
trap 'rm -rf "$work"' EXIT
{
  printf 'resources:\n- ../%s\n\nimages:\n' "$overlay"
  while read -r name image; do
    [[ $image == *@sha256:* ]] || die "$name is not named by a digest: $image"
    printf -- '- name: ghcr.io/docuchat/%s\n  newName: %s\n  digest: %s\n' "$name" "${image%@*}" "${image#*@}"
  done <"$images"
  printf '\npatches:\n- target: { kind: Job, name: docuchat-migrate }\n  options: { allowNameChange: true }\n  patch: |\n    - op: replace\n      path: /metadata/name\n      value: docuchat-migrate-%s\n' "$(tr . - <<<"${version#v}")"
} >"$work/kustomization.yaml"
"${KUBECTL:-kubectl}" kustomize "$work"
