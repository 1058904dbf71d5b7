import { describe, expect, it } from 'vitest';
import { config } from '../../beforehand.config.ts';
import { defineConfig } from '../../src/domain/config.ts';
import type { UnitCall } from '../../src/domain/worker/unit-call.ts';
import { createHttpServer, type HttpServer } from '../../src/inbound/http-server.ts';
import type { Credentials } from '../../src/main/credentials.ts';
import { openSoloDemo } from '../../src/main/solo-demo.ts';
import { readSoloSettings } from '../../src/main/solo-settings.ts';

const settings = readSoloSettings({ BEFOREHAND_REPLICA_PORTS: 'us=9001,eu=9002' });
const credentials = { producerKey: 'secret' } as Credentials;
const openServer = () =>
  createHttpServer({
    about: { title: 'test', description: 'test', version: '1' },
    ...{ observe: () => {}, health: () => ({ reasons: [] }), maxBodyBytes: 1_024 },
    ...{ maxRequests: 100, maxConnections: 100, drainMs: 0, stopTimeoutMs: 10_000 },
    ...{ requestTimeoutMs: 10_000, handlerTimeoutMs: 10_000 },
  });
const open = (given = config) => openSoloDemo({ settings, config: given, credentials });

describe('the demo of solo mode', () => {
  it('is at the first region, whose page may read the others', () => {
    const demo = open();
    expect(demo.url).toBe('http://127.0.0.1:9001/demo');
    expect(demo.origins).toEqual(['http://127.0.0.1:9001']);
    expect(demo.addRoutesOf('us')).toBeTypeOf('function');
    expect(demo.addRoutesOf('eu')).toBeUndefined();
  });

  it('really generates what is asked of the far back end, with the same call', async () => {
    const calls: UnitCall[] = [];
    const demo = open();
    const runner = demo.aroundRunner({
      async run(call) {
        calls.push(call);
        return { kind: 'content', contentJson: `{"made":${calls.length}}` } as never;
      },
      async close() {},
    });
    const server = await openServer();
    demo.addRoutesOf('us')?.(server.routes);
    const far = (user: string) =>
      server.routes.inject({
        ...{ method: 'POST', url: '/demo/far', payload: { user } },
        headers: { host: '127.0.0.1:9001', origin: 'http://127.0.0.1:9001' },
      });
    expect((await far('demo-ada')).statusCode).toBe(404);
    for (const user of ['demo-ada', 'alice']) {
      await runner.run({ event: { user }, unit: { slot: 'offers' } } as UnitCall);
    }
    expect((await far('demo-ada')).json()).toMatchObject({ content: { made: 3 } });
    expect(calls[2]).toBe(calls[0]);
    await server.stop();
  });

  it.each([
    ['an event', { events: config.events.slice(0, 1), generators: [] }],
    ['the slot', { slots: {}, generators: [] }],
  ])('is not there where the configuration lacks %s of the example', (_what, lacking) => {
    const demo = open(defineConfig({ ...config, ...lacking }));
    expect([demo.url, demo.origins]).toEqual([null, []]);
    const routes = { register: () => expect.unreachable('A route was added.') };
    demo.addRoutesOf('us')?.(routes as unknown as HttpServer['routes']);
  });
});
