#!/bin/sh
# The client under test in a shell: scim-sandbox run --users 0 --fail-on slip -- sh with_shell.sh
set -eu
cd "$(dirname "$0")"

python3 client.py jane joe
python3 client.py jane joe # a second run changes nothing

count() { curl -s -H "Authorization: Bearer $SCIM_TOKEN" "$SCIM_ENDPOINT/Users" | grep -o '"totalResults":[0-9]*'; }
test "$(count)" = '"totalResults":2'
echo "2 people, and nothing to mend"
