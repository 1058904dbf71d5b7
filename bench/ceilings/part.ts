// What a process of a ceiling does: prepares, says so, waits for the word, and works.

/** What the bench is told when the work is done: user and system time of this process. */
export type PartResult = { cpuMicros: number };

export type Work = {
  run(): Promise<void>;
  end(): Promise<void>;
};

/** Called once by an entry. `prepare` gets what the bench sends first. */
export async function servePart<Given>(prepare: (given: Given) => Promise<Work>): Promise<void> {
  const given = await nextMessage<Given>();
  const { run, end } = await prepare(given);
  process.send?.('ready');
  await nextMessage<'go'>();
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  process.send?.({ cpuMicros: user + system } satisfies PartResult);
  // What servers used for us is counted first: a session that has ended takes its figures along.
  await nextMessage<'end'>();
  await end();
  process.disconnect();
}

function nextMessage<Message>(): Promise<Message> {
  return new Promise((resolve) =>
    process.once('message', (message) => resolve(message as Message)),
  );
}
