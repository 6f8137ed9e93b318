#!/usr/bin/env bash
# Installs what the tests against WordPress need: Debian's packages (as root), and WordPress 6.5 from npm into the cache folder, where
# npm can fetch it; without it the tests run on Debian's WordPress alone. The browser tests also need playwright for Python.
set -euo pipefail

packages=(wordpress php-cli php-mysql php-curl php-xml php-mbstring php-intl mariadb-server mariadb-client phpunit php-codesniffer
    gettext unzip chromium fonts-dejavu-core)
# A Node.js from elsewhere brings its own npm, and Debian's cannot be installed beside it.
command -v npm >/dev/null || packages+=(npm)
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "${packages[@]}"

target="${XDG_CACHE_HOME:-$HOME/.cache}/copydesk-tests/wordpress-6.5"
if [ ! -d "$target" ]; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    cd "$work"
    if npm pack --silent @wp-playground/wordpress-builds@0.9.19 >npm.log 2>&1; then
        tar -xzf wp-playground-wordpress-builds-0.9.19.tgz package/src/wordpress/wp-6.5.zip package/public/wp-6.5
        mkdir site
        unzip -q package/src/wordpress/wp-6.5.zip -d site
        cp -an package/public/wp-6.5/. site/ # scripts and styles, which the zip leaves out
        rm -rf site/wp-content/db.php site/wp-content/mu-plugins
        mkdir -p "$(dirname "$target")"
        mv site "$target"
    else
        echo "WordPress 6.5 cannot be fetched from npm: its tests are skipped" >&2
    fi
fi
