// What every process that talks to RabbitMQ reads from its environment.

import { choice, integer, type Settings, text, url } from './settings.ts';

export const brokerSettings = {
  url: url('BEFOREHAND_AMQP_URL', 'RabbitMQ, with user, password and virtual host.', [
    'amqp:',
    'amqps:',
  ]),
  namespace: text(
    'BEFOREHAND_AMQP_NAMESPACE',
    'Set before every name on the broker, to share it with other installations.',
    '',
  ),
  declares: choice(
    'BEFOREHAND_AMQP_DECLARE',
    'Whether the process declares the common exchanges and queues (all), or only looks whether somebody else has (own): then it needs no right to.',
    ['all', 'own'],
  ),
  heartbeatS: integer(
    'BEFOREHAND_AMQP_HEARTBEAT_S',
    'A connection that is silent for twice this long is given up.',
    { default: 10, min: 5, max: 600 },
  ),
  connectTimeoutMs: integer(
    'BEFOREHAND_AMQP_CONNECT_TIMEOUT_MS',
    'How long one attempt to connect may take.',
    { default: 5_000, min: 100, max: 60_000 },
  ),
  maxRetryPauseMs: integer(
    'BEFOREHAND_AMQP_MAX_RETRY_PAUSE_MS',
    'The longest pause between two attempts to connect.',
    { default: 5_000, min: 100, max: 60_000 },
  ),
  confirmDeadlineMs: integer(
    'BEFOREHAND_AMQP_CONFIRM_DEADLINE_MS',
    'How long to wait until RabbitMQ confirms a message.',
    { default: 2_000, min: 10, max: 60_000 },
  ),
  silentChannelMs: integer(
    'BEFOREHAND_AMQP_SILENT_CHANNEL_MS',
    'A channel on which a message is unconfirmed for this long is closed and opened again.',
    { default: 30_000, min: 1_000, max: 600_000 },
  ),
  redeliveryDelayMs: integer(
    'BEFOREHAND_AMQP_REDELIVERY_DELAY_MS',
    'How long a message waits that could not be handled now; at most 20 times.',
    { default: 1_000, min: 1, max: 60_000 },
  ),
  maxInFlight: integer(
    'BEFOREHAND_AMQP_MAX_IN_FLIGHT',
    'Messages that wait for their confirm at a time; more are refused.',
    { default: 10_000, min: 1, max: 1_000_000 },
  ),
  maxInFlightBytes: integer('BEFOREHAND_AMQP_MAX_IN_FLIGHT_BYTES', 'The same in bytes.', {
    default: 67_108_864,
    min: 16_777_216,
    max: 1_073_741_824,
  }),
} satisfies Settings;
