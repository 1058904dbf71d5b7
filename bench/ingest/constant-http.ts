// Entry: a rival that takes any body and answers a constant, with Node.js alone.

import { createServer } from 'node:http';
import { accepted } from './constant-answer.ts';

const [port] = process.argv.slice(2);

createServer((request, response) => {
  request.on('data', () => {});
  request.on('end', () => {
    response.writeHead(202, { 'content-type': accepted.type });
    response.end(accepted.body);
  });
}).listen({ host: '127.0.0.1', port: Number(port), backlog: 4096 });
