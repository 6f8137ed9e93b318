#!/usr/bin/env bash
# Ghost 6.65.0 from the npm registry alone, into $COPYDESK_CMS_CACHE/ghost: two to four minutes, 700 MB, a C++ compiler.
. "$(dirname "${BASH_SOURCE[0]}")/install-node.sh"
version=6.65.0
top="$COPYDESK_CMS_CACHE/ghost/pack"
if [ -e "$top/installed-$version" ]; then exit 0; fi
mkdir -p "$top"
cd "$top"
npm pack "ghost@$version"
tar xzf "ghost-$version.tgz"
cd package
pnpm="$COPYDESK_CMS_CACHE/pnpm"
export XDG_DATA_HOME="$pnpm" XDG_CACHE_HOME="$pnpm" XDG_STATE_HOME="$pnpm"
pnpm install --prod --frozen-lockfile --store-dir "$pnpm/store" # npm cannot: some dependencies are files of the package
ls node_modules/.pnpm/better-sqlite3@*/node_modules/better-sqlite3/build/Release/better_sqlite3.node
touch "$top/installed-$version"
