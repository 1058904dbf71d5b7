// A configuration for Nginx in a bench: one process, and nothing but what is measured.

/** All of nginx.conf around these blocks of `server` and `upstream`. */
export function nginxConfigOf(servers: readonly string[]): string {
  return `
worker_processes 1;
error_log stderr crit;
events {
  worker_connections 8192;
  # Else a thousand clients who come at once are let in one for each turn of its loop.
  multi_accept on;
}
http {
  server_tokens off;
  access_log off;
  client_body_temp_path temp/client-body;
  proxy_temp_path temp/proxy;
  fastcgi_temp_path temp/fastcgi;
  uwsgi_temp_path temp/uwsgi;
  scgi_temp_path temp/scgi;
  keepalive_timeout 60s;
  keepalive_requests 100000;
  default_type application/json;
  # As in nginx/region.conf, so that rows differ by what they are about alone.
  sendfile off;
  output_buffers 1 64k;
  proxy_http_version 1.1;
  proxy_set_header Connection '';
  # An answer fits at once.
  proxy_buffer_size 8k;
  proxy_buffers 8 8k;
  ${servers.join('\n')}
}
`;
}
