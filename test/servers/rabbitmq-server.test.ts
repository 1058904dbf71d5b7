// A private RabbitMQ that is stopped and comes back.

import { mkdtempSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import amqp, { type GetMessage } from 'amqplib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type RabbitmqServer, startRabbitmqServer } from '../../src/servers/rabbitmq-server.ts';
import { isRunning } from '../../src/servers/running-process.ts';
import { ensureRabbitmq } from '../../src/servers/system-packages.ts';

const programs = ensureRabbitmq(console.log);
let directory: string;
let server: RabbitmqServer;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'beforehand-rabbitmq-'));
});

afterEach(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

async function start(port?: number): Promise<RabbitmqServer> {
  const logFile = join(directory, 'rabbitmq.log');
  const place = { directory: join(directory, 'node'), programs, logFile };
  return startRabbitmqServer(port === undefined ? place : { ...place, port });
}

// A node takes seconds to start, more beside other tests.
it('has its account and messages when it is started again', async () => {
  server = await start();
  const { url, port } = server;
  const connection = await amqp.connect(url);
  // Stopping the server below ends it with an error, as it should.
  connection.on('error', () => {});
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('kept', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  channel.sendToQueue('kept', Buffer.from('here'), { persistent: true });
  await channel.waitForConfirms();
  await server.stop();
  for (const stopped of Object.values(server.processes)) expect(isRunning(stopped)).toBe(false);

  server = await start(port);
  expect(server.url).toBe(url);
  const again = await amqp.connect(url);
  const message = (await (await again.createChannel()).get('kept', { noAck: true })) as GetMessage;
  expect(message.content.toString()).toBe('here');
  await again.close();
}, 120_000);

it('begins another log long before it holds what passed through', async () => {
  server = await start();
  const connection = await amqp.connect(server.url);
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('q', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  for (let sent = 0; sent < 100; sent += 1) {
    channel.sendToQueue('q', Buffer.alloc(1024 ** 2), { persistent: true });
    await channel.waitForConfirms();
  }
  await connection.close();
  const logs = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.wal'))
    // One that is full goes once it is in the queues' own files.
    .map((name) => statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0);
  expect(Math.max(...logs)).toBeGreaterThan(0);
  expect(Math.max(...logs)).toBeLessThan(70 * 1024 ** 2);
}, 120_000);
