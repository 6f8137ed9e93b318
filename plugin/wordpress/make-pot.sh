#!/usr/bin/env bash
# Writes copydesk/languages/copydesk.pot from the strings in the source (needs xgettext). The same source gives the same bytes.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/copydesk"
output=${1:-languages/copydesk.pot}
find . -name '*.php' | LC_ALL=C sort | xgettext --files-from=- --language=PHP --from-code=UTF-8 --output=- --sort-by-file \
    --no-wrap --add-location=file --add-comments=translators --package-name=Copydesk --copyright-holder='the Copydesk authors' \
    --keyword=__ --keyword=_e --keyword=_n:1,2 --keyword=_x:1,2c --keyword=esc_html__ --keyword=esc_attr__ --keyword=esc_html_e |
    sed -e '/^"POT-Creation-Date:/d' -e 's/CHARSET/UTF-8/' -e 's/^# SOME DESCRIPTIVE TITLE\./# Strings of the Copydesk plugin for WordPress./' \
        -e '/^# FIRST AUTHOR/d' -e '/^#, fuzzy$/d' -e 's/(C) YEAR/(C)/' >"$output.new"
mv "$output.new" "$output"
