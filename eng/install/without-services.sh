#!/usr/bin/env bash
# apt-get install for a machine that shall run no more services than before: Debian's server packages start a service each and enable it for the next
# boot, and PostgreSQL makes a cluster of its own. Services that ran before are not touched. Run as root.
cd -P "$(dirname "$0")/../.."
. eng/lib.sh

policy=/usr/sbin/policy-rc.d
before=$policy.docuchat-before
no_cluster=/etc/postgresql-common/createcluster.d/docuchat.conf
made_folders=()

restore() {
  rm -f "$policy" "$no_cluster"
  if [ -e "$before" ]; then mv "$before" "$policy"; fi
  if [ ${#made_folders[@]} -gt 0 ]; then rmdir --ignore-fail-on-non-empty "${made_folders[@]}" 2>/dev/null || true; fi
}
trap restore EXIT

if [ -e "$policy" ]; then mv "$policy" "$before"; fi
cat >"$policy" <<POLICY
#!/bin/sh
# Stands here only while packages are installed. What is new is not started; the rest goes the way it went before.
case \$1 in postgresql*|redis*|prometheus*) exit 101;; esac
if [ -x $before ]; then exec $before "\$@"; fi
exit 0
POLICY
chmod 755 "$policy"

for folder in /etc/postgresql-common/createcluster.d /etc/postgresql-common; do
  if [ ! -d "$folder" ]; then made_folders+=("$folder"); fi
done
mkdir -p /etc/postgresql-common/createcluster.d
echo "create_main_cluster = false" >"$no_cluster"

is_installed() { [[ $(dpkg-query -W -f '${Status}' "$1" 2>/dev/null) == *"ok installed"* ]]; }

fresh=()
for service in redis-server prometheus prometheus-alertmanager; do
  if ! is_installed "$service"; then fresh+=("$service"); fi
done

DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" >/dev/null

# Not at the next boot either: the port is DocuChat's own server's.
for service in ${fresh[@]+"${fresh[@]}"}; do
  if is_installed "$service"; then update-rc.d "$service" disable >/dev/null 2>&1 || true; fi
done
