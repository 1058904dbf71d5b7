// A producer, a client and an operator of the containers, as the check of them needs these.

const gateway = 'http://127.0.0.1:8080';
const operator = 'http://127.0.0.1:8083';

export type Story = { units: { state: string }[] };

/** `tool` runs one of the commands for people, and returns what it prints. */
export function openClient(tool: (...args: string[]) => Promise<string>) {
  const tokens = new Map<string, Promise<string>>();
  let producerKey: Promise<string> | null = null;

  const prepare = (): Promise<string> => {
    producerKey ??= tool('key');
    return producerKey;
  };
  const tokenOf = (user: string): Promise<string> => {
    const token = tokens.get(user) ?? tool('token', user);
    tokens.set(user, token);
    return token;
  };

  return {
    /** All that a producer needs is fetched before the first event. */
    prepare,
    /** Publishes a login; `null`: it was not accepted. */
    async post(id: string, user: string): Promise<string | null> {
      const event = { specversion: '1.0', id, source: '/shop', type: 'user.login', subject: user };
      const headers = {
        authorization: `Bearer ${await prepare()}`,
        'content-type': 'application/cloudevents+json',
      };
      const body = JSON.stringify({ ...event, data: { device: 'web' } });
      const signal = AbortSignal.timeout(20_000);
      try {
        const answer = await fetch(`${gateway}/v1/events`, {
          method: 'POST',
          headers,
          body,
          signal,
        });
        const { tickets } = (await answer.json()) as { tickets?: string[] };
        return answer.status === 202 ? (tickets?.[0] ?? null) : null;
      } catch {
        return null;
      }
    },
    async read(user: string, region: string) {
      const answer = await fetch(`${gateway}/v1/content/me`, {
        headers: { authorization: `Bearer ${await tokenOf(user)}`, 'beforehand-region': region },
      });
      const { slots } = (await answer.json()) as { slots?: { offers?: { state: string } } };
      const servedBy = answer.headers.get('beforehand-region');
      return { status: answer.status, state: slots?.offers?.state, servedBy };
    },
    async ticket(name: string): Promise<Story> {
      const answer = await fetch(`${operator}/v1/tickets/${name}`);
      return answer.ok ? ((await answer.json()) as Story) : { units: [] };
    },
  };
}
