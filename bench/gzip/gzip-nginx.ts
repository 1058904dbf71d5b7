// One Nginx that sends the same positions in three ways: as they are, compressed for each answer,
// and from a compressed file beside each.

import { nginxConfigOf } from '../read/nginx-config-of.ts';

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
  return nginxConfigOf([
    server(plainPort, ''),
    server(onTheFlyPort, 'gzip on; gzip_comp_level 1; gzip_types *;'),
    server(staticPort, 'gzip_static on;'),
  ]);
}
