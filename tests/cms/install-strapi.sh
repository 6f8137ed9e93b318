#!/usr/bin/env bash
# Strapi 5.54.0 with its admin built, into $COPYDESK_CMS_CACHE/strapi/app: four minutes, 800 MB.
. "$(dirname "${BASH_SOURCE[0]}")/install-node.sh"
version=5.54.0
top="$COPYDESK_CMS_CACHE/strapi"
if [ -e "$top/installed-$version" ]; then exit 0; fi
export STRAPI_TELEMETRY_DISABLED=true
mkdir -p "$top"
cd "$top"
if [ ! -e app/package.json ]; then
    npx -y "create-strapi-app@$version" app --non-interactive --skip-cloud --no-run --js --no-example --no-git-init --use-npm \
        --no-install --dbclient sqlite
fi
cd app
npm install
node node_modules/@strapi/strapi/bin/strapi.js build
touch "$top/installed-$version"
