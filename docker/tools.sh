#!/bin/sh
# The commands for people: token, cli, and key, which prints the producer's first one.
set -eu
name=${1:-cli}
[ $# -eq 0 ] || shift
case $name in
  token | cli) exec node "dist/src/main/$name.js" "$@" ;;
  key) exec node -p "require('/secrets/admin/credentials.json').producerKey" ;;
  psql) exec node -p "require('/secrets/admin/stack.json').inspector" ;;
  *) echo "Unknown command $name. There are: token USER, key, psql, cli." >&2 && exit 1 ;;
esac
