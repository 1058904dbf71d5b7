// Every sentence that the client says by itself. What stands in slots was written by their teams.

export const wording = {
  live: 'Live',
  waiting: 'Connecting',
  becamePersonal: 'This page is about you now.',
  /** @param {string[]} titles of slots */
  changed: (titles) => `Changed: ${titles.join(', ')}.`,
  sending: 'Sending…',
  sent: 'Accepted. This page changes as soon as it is done.',
  /** @param {string} why */
  notSent: (why) => `That did not work: ${why} Please try again.`,
  slow: 'This takes longer than usual. The page changes by itself when it is done. If it does not, please try again.',
  newer: 'Something has changed. Reload the page to see it.',
  refusals: {
    loggedOut: 'you are not logged in.',
    tooMany: 'too much at once.',
    unreachable: 'there was no answer.',
    /** @param {number} status */
    status: (status) => `the answer was ${status}.`,
  },
  demo: {
    who: 'You are',
    nobody: 'nobody',
    nobodyAbout: 'not logged in',
    window: 'Open a second window',
    windowAbout: 'and watch both change',
    failed: 'The demo did not answer. Please try again.',
  },
};
