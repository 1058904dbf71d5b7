import { describe, expect, it } from 'vitest';
import {
  contentRequestKey,
  createTopology,
  instanceKey,
  pageRequestKey,
  type QueueSpec,
} from '../../src/wire/topology.ts';

const limits = { maxMessages: 10, maxBytes: 1_000 };

describe('the topology', () => {
  it('sets the namespace before every name, and before names in arguments', () => {
    const plain = JSON.stringify(namesOf(''));
    const spaced = JSON.stringify(namesOf('shop'));
    expect(spaced.replaceAll('shop.', '')).toBe(plain);
    expect(spaced.match(/shop\./g)?.length).toBeGreaterThan(15);
  });

  it('dead-letters every event, and never drops one for want of room', () => {
    const { declared, queues } = createTopology('');
    for (const name of Object.values(queues.prepare)) {
      const queue = declared.find((spec) => spec.name === name);
      expect(queue?.arguments).toMatchObject({
        'x-overflow': 'reject-publish',
        'x-dead-letter-routing-key': queues.dead,
        'x-dead-letter-strategy': 'at-least-once',
      });
    }
  });

  it('lets what replicas ask for be lost rather than pile up', () => {
    const { declared, queues } = createTopology('');
    const bounds = [queues.pages, queues.requested].map((name) => {
      const { arguments: given } = declared.find((spec) => spec.name === name) as QueueSpec;
      expect(given).toMatchObject({ 'x-overflow': 'drop-head', 'x-message-ttl': 60_000 });
      return given['x-max-length'];
    });
    expect(bounds).toEqual([1_000, 10_000]);
  });

  it('makes every queue a quorum queue with an explicit end to redeliveries', () => {
    const { declared, replicaQueues } = createTopology('');
    const own = replicaQueues({ region: 'eu', instance: 'eu-1' }, limits);
    const specs: QueueSpec[] = [...declared, ...Object.values(own)];
    for (const spec of specs) {
      expect(spec.arguments['x-queue-type']).toBe('quorum');
      if (spec !== own.overflow) expect(spec.arguments['x-delivery-limit']).toBeGreaterThan(0);
    }
  });

  it.each(['a.b', '#', '*', '', 'ü', 'x'.repeat(65)])('refuses "%s" as part of a name', (word) => {
    const { replicaQueues } = createTopology('');
    expect(() => replicaQueues({ region: word, instance: 'eu-1' }, limits)).toThrow('must match');
    expect(() => replicaQueues({ region: 'eu', instance: word }, limits)).toThrow('must match');
    expect(() => instanceKey(word)).toThrow('must match');
    expect(() => pageRequestKey(word)).toThrow('must match');
    expect(() => contentRequestKey(word)).toThrow('must match');
  });

  it('refuses a namespace that could break a pattern', () => {
    expect(() => createTopology('a.b')).toThrow('must match');
  });
});

function namesOf(namespace: string) {
  const { exchanges, queues, declared, replicaQueues } = createTopology(namespace);
  const own = replicaQueues({ region: 'eu', instance: 'eu-1' }, limits);
  return { exchanges, queues, declared, own };
}
