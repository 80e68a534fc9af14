#!/usr/bin/env bash
# Makes the checkout of Moorage that this script is in the `moorage` of a job's later steps. A release's commit carries the
# bundle: nothing is installed. A commit of the sources is built first, which takes a minute.
set -euo pipefail

home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Out of the app's checkout: an image is built from that one, and what is not in its commit is refused.
if [ "$(basename "$home")" = .moorage-program ]; then
  rm -rf "$RUNNER_TEMP/moorage"
  mv "$home" "$RUNNER_TEMP/moorage"
  home=$RUNNER_TEMP/moorage
fi

if [ ! -f "$home/dist/main.js" ]; then
  if [ ! -f "$home/package-lock.json" ]; then
    echo "::error::This commit of Moorage has neither the bundle (dist/) nor the sources: use a release's commit."
    exit 2
  fi
  npm ci --ignore-scripts --prefix "$home"
  npm run --prefix "$home" build
fi

ln -sf moorage.js "$home/bin/moorage"
echo "$home/bin" >> "$GITHUB_PATH"
