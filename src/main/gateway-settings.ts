// What the gateway, the one door to an installation of several regions, reads from the environment.

import { isIP } from 'node:net';
import { wordPattern } from '../wire/topology.ts';
import { type Setting, type Settings, text } from './settings.ts';

/** A region and where its door is: `unix:/path`, or a host and a port. */
export type RegionDoor = { region: string; address: string };

/** Clients of a network, and where they read. */
export type NetworkRegion = { network: string; region: string };

const addressPattern = /^(?:unix:\/[\w./-]{1,100}|[\w.-]{1,253}:\d{1,5})$/;

/** Pairs such as `eu=…`, separated by spaces. */
function pairs<Pair>(
  about: Pick<Setting<readonly Pair[]>, 'env' | 'about' | 'default'>,
  pairOf: (left: string, right: string) => Pair | null,
  wanted: string,
): Setting<readonly Pair[]> {
  return {
    ...about,
    parse(list) {
      return list.split(/\s+/).map((text) => {
        const at = text.indexOf('=');
        const pair = at < 1 ? null : pairOf(text.slice(0, at), text.slice(at + 1));
        if (pair === null) throw new Error(`has "${text}", and wants ${wanted}`);
        return pair;
      });
    },
  };
}

function isNetwork(text: string): boolean {
  const [address = '', bits = '', ...more] = text.split('/');
  const family = isIP(address);
  if (more.length > 0 || family === 0) return false;
  return (
    !text.includes('/') || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128))
  );
}

const networks: Setting<readonly string[]> = {
  env: 'BEFOREHAND_GATEWAY_TRUSTED_PROXIES',
  about:
    'Networks of what ends TLS before the gateway, separated by spaces: whose X-Forwarded-For and X-Forwarded-Proto are believed. None: nobody’s.',
  default: [],
  parse(list) {
    const all = list.split(/\s+/);
    const wrong = all.find((network) => !isNetwork(network));
    if (wrong === undefined) return all;
    throw new Error(`has "${wrong}", and wants networks such as 10.0.0.0/8`);
  },
};

export const gatewaySettings = {
  doors: pairs<RegionDoor>(
    {
      env: 'BEFOREHAND_GATEWAY_REGIONS',
      about:
        'Regions and the address of each one’s door, separated by spaces. While a region cannot be reached, its clients read from the one named after it; whoever belongs nowhere reads from the first.',
      default: undefined,
    },
    (region, address) =>
      wordPattern.test(region) && addressPattern.test(address) ? { region, address } : null,
    'regions such as eu=eu.example.internal:8080 or eu=unix:/run/doors/eu.sock',
  ),
  clientNetworks: pairs<NetworkRegion>(
    {
      env: 'BEFOREHAND_GATEWAY_NETWORKS',
      about:
        'Networks of clients and the region where they read unless they ask for another, separated by spaces. None: the first region.',
      default: [],
    },
    (network, region) => (isNetwork(network) ? { network, region } : null),
    'networks such as 203.0.113.0/24=us',
  ),
  trustedProxies: networks,
  ingest: text(
    'BEFOREHAND_GATEWAY_INGEST',
    'Host and port of the ingests. Of a name with several addresses all are used.',
    'ingest:8080',
  ),
  resolver: text(
    'BEFOREHAND_GATEWAY_RESOLVER',
    'Name server that knows that name; Docker’s own unless given.',
    '127.0.0.11',
  ),
} satisfies Settings;
