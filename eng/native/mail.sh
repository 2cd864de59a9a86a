#!/usr/bin/env bash
# Runs the mail sink (smtp4dev) in the foreground: it takes every e-mail and sends none.   eng/native/mail.sh FOLDER PAGE_PORT SMTP_PORT
. "$(dirname "$0")/lib.sh"

# The tool itself, not `dotnet tool run`, which would stay beside it as a second process.
version=$(tr -d ' \n' <.config/dotnet-tools.json | sed 's/.*"rnwood.smtp4dev":{"version":"\([^"]*\)".*/\1/')
sink=$(ls -d "${NUGET_PACKAGES:-$HOME/.nuget/packages}"/rnwood.smtp4dev.*/"$version"/tools/*/*/Rnwood.Smtp4dev 2>/dev/null | head -n 1)
[ -n "$sink" ] || die "the mail sink is missing: run make up, or dotnet tool restore"
mkdir -p "$1"
exec "$sink" --nousersettings --baseappdatapath="$1" --db= --urls="http://127.0.0.1:$2" --smtpport="$3" --imapport= --pop3port= --allowremoteconnections- --disableipv6+ --hostname=localhost
