// What the operator process reads from its environment.

import { brokerSettings } from './broker-settings.ts';
import { handlerTimeout, httpLimits } from './http-limits.ts';
import { postgresSettings } from './postgres-settings.ts';
import { processSettings } from './process-settings.ts';
import { port, type Setting, type Settings, text } from './settings.ts';

export type ReplicaName = { region: string; instance: string };

const { namespace, heartbeatS, connectTimeoutMs, maxRetryPauseMs } = brokerSettings;

const replicas: Setting<readonly ReplicaName[]> = {
  env: 'BEFOREHAND_OPERATOR_REPLICAS',
  about: 'Replicas whose queues the operator looks at, each as region/instance: `eu/eu-1,us/us-1`.',
  default: [],
  parse(value) {
    const names = value.split(',').map((name) => /^\s*([\w-]{1,64})\/([\w-]{1,64})\s*$/.exec(name));
    if (names.includes(null)) throw new Error('must look like eu/eu-1,us/us-1');
    return names.map((match) => ({ region: match?.[1] ?? '', instance: match?.[2] ?? '' }));
  },
};

export const operatorLimits = {
  ...httpLimits('OPERATOR'),
  handlerTimeoutMs: handlerTimeout('OPERATOR'),
} satisfies Settings;

export const operatorSettings = {
  ...processSettings,
  ...postgresSettings,
  ...operatorLimits,
  /** Without it the operator tells nothing of queues. */
  amqpUrl: { ...brokerSettings.url, default: '' },
  ...{ namespace, heartbeatS, connectTimeoutMs, maxRetryPauseMs },
  replicas,
  host: text('BEFOREHAND_OPERATOR_HOST', 'Address the operator listens at.', '127.0.0.1'),
  port: port('BEFOREHAND_OPERATOR_PORT', 'Port the operator listens at.', 8083),
} satisfies Settings;
