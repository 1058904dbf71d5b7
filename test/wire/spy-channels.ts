// Gives a test the channels that somebody else opens on a connection.

import type { Channel } from 'amqplib';
import type { Connection } from '../../src/wire/broker-connection.ts';

/** Returns the list to which each channel is added as it is opened. */
export function spyOnChannels(connection: Connection): Channel[] {
  const channels: Channel[] = [];
  const { whenOpen } = connection;
  connection.whenOpen = async (signal) => {
    const model = await whenOpen(signal);
    const createChannel = async () => {
      const channel = await model.createChannel();
      channels.push(channel);
      return channel;
    };
    return Object.assign(Object.create(model), { createChannel });
  };
  return channels;
}
