// A broker connection for a test, with names of its own, that leaves no queue behind.

import { brokerSettings } from '../src/main/broker-settings.ts';
import { readSettings } from '../src/main/settings.ts';
import { type Broker, openBroker } from '../src/wire/broker.ts';

export async function openTestBroker(url: string, namespace: string): Promise<Broker> {
  const env = {
    BEFOREHAND_AMQP_URL: url,
    BEFOREHAND_AMQP_NAMESPACE: namespace,
    BEFOREHAND_AMQP_REDELIVERY_DELAY_MS: '10',
  };
  const settings = readSettings(brokerSettings, env);
  const broker = openBroker({ ...settings, role: 'test', observe: () => {} });
  await broker.whenConnected(AbortSignal.timeout(10_000));
  return broker;
}
