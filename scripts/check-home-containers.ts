// What `npm run containers -- check --home` shows: docker/compose.home.yaml, through the gateway.

import type { Containers } from './containers.ts';

export type Step = readonly [what: string, work: () => Promise<string>];

const regions = ['eu', 'us', 'ap'];
const products = ['travel', 'insurance', 'deals', 'energy', 'savings'];
/** Who can run what looks around: the image of savings has no Node.js. */
const withNode = products.filter((name) => name !== 'savings');
const reporters = ['insurance', 'deals'];
const user = 'ada';

export function homeSteps(containers: Containers): Step[] {
  return [
    ['five products say what a user sees, in every region', () => seePage(containers)],
    ['a contract is signed, and three products say so', () => sign(containers)],
    ['insurance is made anew, and keeps the contract', () => renewInsurance(containers)],
    ['a key of a product is good for its own events', () => misuseKeys(containers)],
    ['no product sees another, nor Postgres or RabbitMQ', () => lookAround(containers)],
    ['without any product, pages are read', () => stopProducts(containers)],
  ];
}

async function seePage(containers: Containers): Promise<string> {
  await containers.login(user);
  for (const region of regions) {
    await containers.waitUntil(
      async () => (await ownSlots(containers, region)).length === products.length,
      `${user} has a page of ${products.length} slots of their own in ${region}`,
    );
  }
  const { states } = await containers.page(null, 'eu');
  const shown = Object.values(states).join(', ');
  if (shown !== products.map(() => 'generic').join(', ')) throw new Error(`A stranger: ${shown}`);
  return (await ownSlots(containers, 'eu')).join(', ');
}

async function sign(containers: Containers): Promise<string> {
  const [, quote] = /home:accept\?quote=([\w-]+)/.exec(await containers.document(user, 'eu')) ?? [];
  if (quote === undefined) throw new Error(`${user} has no quote to sign.`);
  const isAccepted = await containers.report(user, `sign-${quote}`, 'quote.accepted', { quote });
  if (!isAccepted) throw new Error('The signature was not accepted.');
  for (const region of regions) {
    await containers.waitUntil(async () => {
      const { html } = await containers.page(user, region);
      return ['is insured', '8% less', '2.60% a year'].every((said) => html.includes(said));
    }, `${region} shows the contract`);
  }
  return quote;
}

async function renewInsurance(containers: Containers): Promise<string> {
  await containers.up('--force-recreate', '--no-deps', 'insurance');
  const ticket = await containers.login(user);
  await containers.waitUntil(async () => {
    const { units } = await containers.ticket(ticket);
    return units.some(({ name }) => name === 'home.insurance');
  }, 'insurance has said what a login shows');
  const { html } = await containers.page(user, 'eu');
  if (!html.includes('is insured')) throw new Error('The contract is forgotten.');
  return '';
}

async function misuseKeys({ compose }: Containers): Promise<string> {
  const said: string[] = [];
  for (const name of reporters) {
    const code = `
      const key = require('node:fs').readFileSync('/secrets/service/producer-key', 'utf8');
      const event = { specversion: '1.0', id: 'x', source: '/shop', type: 'user.login', subject: 'ada' };
      fetch('http://ingest:8080/v1/events', {
        method: 'POST',
        headers: { authorization: 'Bearer ' + key, 'content-type': 'application/cloudevents+json' },
        body: JSON.stringify({ ...event, data: { device: 'web' } }),
      }).then(({ status }) => console.log(status));`;
    const status = await compose('exec', '-T', name, 'node', '-e', code);
    if (status !== '403')
      throw new Error(`A login reported by ${name} is answered with ${status}.`);
    said.push(`${name} ${status}`);
  }
  return said.join(', ');
}

async function lookAround({ compose }: Containers): Promise<string> {
  const names = (await compose('ps', '--services')).split('\n');
  for (const product of withNode) {
    const code = `
      const { lookup } = require('node:dns/promises');
      const seen = ${JSON.stringify(names)}.map((name) => lookup(name).then(() => name, () => null));
      Promise.all(seen).then((all) => console.log(all.filter(Boolean).sort().join(' ')));`;
    const seen = await compose('exec', '-T', product, 'node', '-e', code);
    const mayBe = [product, 'worker', ...(reporters.includes(product) ? ['ingest'] : [])];
    if (seen !== mayBe.toSorted().join(' ')) throw new Error(`${product} sees ${seen}.`);
  }
  return `of ${names.length} containers, the worker, and the ingest who reports`;
}

async function stopProducts(containers: Containers): Promise<string> {
  await containers.compose('stop', ...products);
  let reads = 0;
  for (const region of regions) {
    for (let time = 0; time < 5; time += 1) {
      const own = await ownSlots(containers, region);
      if (own.length < products.length) throw new Error(`${region} shows of ${user}: ${own}`);
      reads += 1;
    }
  }
  await containers.up();
  return `${reads} pages, all with ${products.length} slots of their own`;
}

async function ownSlots({ page }: Containers, region: string): Promise<string[]> {
  const { status, states } = await page(user, region);
  if (status !== 200) throw new Error(`The page in ${region} is answered with ${status}.`);
  return Object.keys(states).filter((slot) => states[slot] === 'personal');
}
