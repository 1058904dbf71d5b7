#!/bin/sh
# Starts the Nginx of this container, whose configuration the set-up has written:
# nginx.sh NAME [SOCKET…]
set -eu
name=$1
shift
mkdir -p /run/nginx/temp
# One that was killed left its sockets, and Nginx refuses to take their place.
rm -f "$@"
cd /run/nginx
exec nginx -p /run/nginx/ -e stderr -c "/config/nginx/$name.conf" \
  -g 'daemon off; pid /run/nginx/nginx.pid;'
