// What clients could not draw becomes a line of the log, so that the operator hears of it.

import { defineReaction, type Part } from '../../domain/authors.ts';
import { contentFailed } from './events.ts';

export const failedContent: Part = {
  events: [contentFailed],
  reactions: [
    defineReaction({
      name: 'log-failed-content',
      on: [contentFailed],
      handle({ event, log }) {
        const { slot, reason } = event.data;
        log.warn(`A client could not draw ${slot}.`, { reason });
      },
    }),
  ],
};
