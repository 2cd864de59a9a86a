#!/usr/bin/env bash
# Installs what is named (see eng/missing.sh) with Homebrew, which starts no service by itself.
cd -P "$(dirname "$0")/../.."
. eng/lib.sh

for one in "$@"; do
  case $one in
    postgresql) brew install postgresql@17 ;;
    pgvector) brew install pgvector ;;
    redis) brew install redis ;;
    prometheus) brew install prometheus ;;
    chromium) brew install --cask chromium ;;
    poppler) brew install poppler ;;
    tesseract) brew install tesseract tesseract-lang ;;
    checkers) brew install kubernetes-cli && bash eng/install/checkers.sh ;;
    gnupg) brew install gnupg ;;
    font) brew install --cask font-vazirmatn ;;
  esac
done
