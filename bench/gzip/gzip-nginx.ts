// One Nginx that sends the same positions in three ways: as they are, compressed for each answer,
// and from a compressed file beside each.

export type GzipNginx = {
  plainPort: number;
  onTheFlyPort: number;
  staticPort: number;
  /** Holds `users/…`, and beside each file one with `.gz` behind its name. */
  positions: string;
};

export function gzipNginxConfig(options: GzipNginx): string {
  const { plainPort, onTheFlyPort, staticPort, positions } = options;
  const server = (port: number, directives: string) => `
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location /users/ {
      root '${positions}';
      types { }
      max_ranges 0;
      if_modified_since off;
      ${directives}
    }
  }`;
  return `
worker_processes 1;
error_log stderr crit;
events { worker_connections 8192; }
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
  sendfile off;
  output_buffers 1 64k;
  ${server(plainPort, '')}
  ${server(onTheFlyPort, 'gzip on; gzip_comp_level 1; gzip_types *;')}
  ${server(staticPort, 'gzip_static on;')}
}
`;
}
