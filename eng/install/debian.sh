#!/usr/bin/env bash
# Installs what is named (see eng/missing.sh) on Debian, Ubuntu and their kin.
cd -P "$(dirname "$0")/../.."
. eng/lib.sh

# Names of packages differ between releases: the first one that the archive has.
first_of() {
  for package in "$@"; do
    if [ -n "$(apt-cache show "$package" 2>/dev/null)" ]; then
      echo "$package"
      return
    fi
  done
  die "the package archive has none of: $*"
}

as_root apt-get update -qq
packages=()
pgvector=
checkers=
for one in "$@"; do
  case $one in
    postgresql)
      major=$(apt-cache show postgresql 2>/dev/null | sed -n 's/^Version: \([0-9]*\).*/\1/p' | sort -rn | head -n 1 || true)
      [ "${major:-0}" -ge 15 ] || die "this release has PostgreSQL ${major:-none}: install PostgreSQL 15 or later by hand, or start a container engine"
      packages+=("postgresql-$major")
      ;;
    pgvector) pgvector=yes ;;
    redis) packages+=(redis-server) ;;
    prometheus) packages+=(prometheus) ;;
    chromium) packages+=("$(first_of chromium chromium-browser)") ;;
    poppler) packages+=(poppler-utils) ;;
    tesseract) packages+=(tesseract-ocr tesseract-ocr-fas tesseract-ocr-eng) ;;
    checkers)
      checkers=yes
      have npm || packages+=(npm)
      have unzip || packages+=(unzip)
      ;;
    gnupg) packages+=(gnupg) ;;
    alertmanager) packages+=(prometheus-alertmanager) ;;
    font) packages+=("$(first_of fonts-vazirmatn-variable fonts-farsiweb)" fontconfig) ;;
  esac
done

if [ ${#packages[@]} -gt 0 ]; then
  say "installing ${packages[*]}"
  as_root bash eng/install/without-services.sh "${packages[@]}"
fi
if [ -n "$pgvector" ]; then
  bash eng/install/pgvector.sh
fi
if [ -n "$checkers" ]; then
  bash eng/install/checkers.sh
fi
