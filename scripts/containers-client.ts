// A producer, a client and an operator of the containers, as the check of them needs these.

const gateway = 'http://127.0.0.1:8080';
const operator = 'http://127.0.0.1:8083';

export type Story = { units: { name: string; state: string }[] };

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
  const ask = async (user: string, region: string): Promise<Response> =>
    fetch(`${gateway}/v1/content/me`, {
      headers: { authorization: `Bearer ${await tokenOf(user)}`, 'beforehand-region': region },
    });

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
    document: async (user: string, region: string) => (await ask(user, region)).text(),
    async read(user: string, region: string) {
      const answer = await ask(user, region);
      const { slots } = (await answer.json()) as { slots?: { offers?: { state: string } } };
      const servedBy = answer.headers.get('beforehand-region');
      return { status: answer.status, state: slots?.offers?.state, servedBy };
    },
    /** Publishes what a user's browser reports; whether it was accepted. */
    async report(user: string, id: string, type: string, data: object): Promise<boolean> {
      const { status } = await fetch(`${gateway}/v1/client-events`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await tokenOf(user)}`,
          'content-type': 'application/json',
          origin: gateway,
        },
        body: JSON.stringify({ events: [{ id, type, data }] }),
      });
      return status === 202;
    },
    /** The page as a browser gets it, with the cookie that a login would have set; `null`: without. */
    async page(user: string | null, region: string) {
      const cookie = user === null ? {} : { cookie: `beforehand_token=${await tokenOf(user)}` };
      const answer = await fetch(gateway, { headers: { 'beforehand-region': region, ...cookie } });
      const html = await answer.text();
      const slots = html.matchAll(/<div data-slot="([^"]+)" data-state="([^"]+)"/g);
      const states = Object.fromEntries(
        [...slots].map(([, slot = '', state = '']) => [slot, state]),
      );
      return { status: answer.status, html, states };
    },
    async ticket(name: string): Promise<Story> {
      const answer = await fetch(`${operator}/v1/tickets/${name}`);
      return answer.ok ? ((await answer.json()) as Story) : { units: [] };
    },
  };
}
