#!/usr/bin/env bash
# The second tier of tests: installs what Debian packages for it (as root), then runs test/**/*.full.test.ts.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(chromium docker-registry mmdebstrap podman postgresql runc skopeo)
if ! dpkg --status "${packages[@]}" >/dev/null 2>&1; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi
npm run build
MOORAGE_TESTS=full exec npx vitest run "$@"
