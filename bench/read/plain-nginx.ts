// Everything of the suite that Nginx does without Beforehand's configuration: the least an answer of
// this size can cost, and Nginx as one would put it in front of an application.

import { bodyAt } from './documents.ts';
import { nginxConfigOf } from './nginx-config-of.ts';

export type PlainNginx = {
  constantPort: number;
  filePort: number;
  /** Where the positions are. */
  positions: string;
  /** Of Fastify with prepared strings and with objects: where Nginx listens and what it asks. */
  fronts: readonly { name: string; port: number; socket: string }[];
};

export function plainNginxConfig({
  constantPort,
  filePort,
  positions,
  fronts,
}: PlainNginx): string {
  return nginxConfigOf([
    constantServer(constantPort),
    fileServer(filePort, positions),
    ...fronts.map(frontServer),
  ]);
}

/** Whose document the constant is: one of a size that most have. */
export const constantIndex = 5_000;

/** In two parts: Nginx takes no literal over 4 KiB. */
function constantServer(port: number): string {
  const body = bodyAt(constantIndex).replaceAll(/[\\']/g, '\\$&');
  const half = Math.ceil(body.length / 2);
  return `
  server {
    listen 127.0.0.1:${port} backlog=4096;
    set $begin '${body.slice(0, half)}';
    set $end '${body.slice(half)}';
    location / { return 200 "$begin$end"; }
  }`;
}

/** The headers of a position, and no question who asks: the address is the file's. */
function fileServer(port: number, positions: string): string {
  return `
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location /users/ {
      root '${positions}';
      types { }
      max_ranges 0;
      if_modified_since off;
      add_header Last-Modified '';
      add_header Accept-Ranges none;
      add_header Cache-Control 'private, no-cache';
      add_header Vary 'Authorization, Cookie';
      add_header X-Content-Type-Options nosniff;
    }
  }`;
}

/**
 * Over a Unix socket, which costs less than TCP, with as many kept connections as there are clients
 * at most, so that none is opened for a request.
 */
function frontServer({ name, port, socket }: PlainNginx['fronts'][number]): string {
  return `
  upstream ${name} {
    server 'unix:${socket}';
    keepalive 1024;
    keepalive_requests 100000;
  }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / { proxy_pass http://${name}; }
  }`;
}
