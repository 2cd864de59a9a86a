#!/usr/bin/env bash
# pgvector 0.8 or later for the newest PostgreSQL here: by package where the archive has one, else built from the distribution's source of a later release.
cd -P "$(dirname "$0")/../.."
. eng/lib.sh

wanted=0.8
bin=$(eng/postgres-bin.sh --any) || die "PostgreSQL 15 or later must be there before pgvector"
major=$("$bin/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')

package=postgresql-$major-pgvector
packaged=$(apt-cache show "$package" 2>/dev/null | sed -n 's/^Version: \([0-9.]*\).*/\1/p' | sort -rV | head -n 1 || true)
if [ -n "$packaged" ] && version_at_least "$packaged" $wanted; then
  say "installing $package $packaged"
  as_root bash eng/install/without-services.sh "$package"
  exit
fi

say "this release has no pgvector $wanted: building it from source for PostgreSQL $major"
. /etc/os-release
case $ID in
  debian) suites="trixie forky sid" section=main ;;
  ubuntu) suites="resolute questing plucky" section=universe ;;
  *) die "no pgvector package and no known source for $ID: install pgvector $wanted or later for PostgreSQL $major by hand" ;;
esac
# The archive is the one that this machine already uses; only the release differs, and no setting of the machine's is changed.
archive=$(grep -rhoE '^(URIs: *|deb +(\[[^]]*\] +)?)https?://[^ ]+/'"$ID"'/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null | grep -oE 'https?://[^ ]+' | head -n 1 || true)
[ -n "$archive" ] || die "found no $ID archive in the package sources of this machine"

tools=()
have gcc || tools+=(gcc libc6-dev)
have make || tools+=(make)
if [ ${#tools[@]} -gt 0 ]; then as_root bash eng/install/without-services.sh "${tools[@]}"; fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work"
mkdir -p lists/partial
own=(-o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work" -o APT::Sandbox::User=)
found=
for suite in $suites; do
  echo "deb-src $archive $suite $section" >sources.list
  apt-get -qq "${own[@]}" update 2>/dev/null || continue
  version=$(apt-cache "${own[@]}" showsrc pgvector 2>/dev/null | sed -n 's/^Version: \([0-9.]*\).*/\1/p' | sort -rV | head -n 1 || true)
  if [ -n "$version" ] && version_at_least "$version" $wanted; then
    found=$suite
    break
  fi
done
[ -n "$found" ] || die "no release of $ID at this machine's archive has the source of pgvector $wanted"
apt-get -qq "${own[@]}" source --download-only pgvector

# Of the server's development package only the headers are needed, not the compiler that it depends on.
apt-get -qq -o APT::Sandbox::User= download "postgresql-server-dev-$major"
dpkg -x postgresql-server-dev-*.deb headers
mkdir source
tar -xf pgvector_*.orig.tar.* -C source --strip-components=1
build=(make -C source with_llvm=no HEADERS= OPTFLAGS= "PG_CONFIG=$bin/pg_config" "includedir_server=$work/headers/usr/include/postgresql/$major/server")
"${build[@]}" -j "$(getconf _NPROCESSORS_ONLN)" >build.log 2>&1 || { tail -n 20 build.log >&2; die "pgvector did not compile"; }
as_root "${build[@]}" install >build.log 2>&1 || { tail -n 20 build.log >&2; die "pgvector could not be installed"; }
say "pgvector $version is installed for PostgreSQL $major"
