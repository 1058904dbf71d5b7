// nginx/gateway.conf, filled in: the one door before ingests and regions.

import { renderNginxConfig } from '../servers/nginx-config.ts';
import type { gatewaySettings } from './gateway-settings.ts';
import { nginxTemplateOf } from './nginx-folder.ts';
import type { nginxSettings } from './nginx-settings.ts';
import type { ValuesOf } from './settings.ts';

type GatewaySettings = ValuesOf<typeof gatewaySettings>;

export type GatewayPlaces = {
  listen: string;
  /** It has what `renderGatewayRegions` returns. */
  regionsFile: string;
  /** Whether the regions' configuration has one. */
  hasPage?: boolean;
};

export function renderGatewayConfig(
  { listen, regionsFile, hasPage = false }: GatewayPlaces,
  settings: GatewaySettings & ValuesOf<typeof nginxSettings>,
): string {
  return renderNginxConfig(nginxTemplateOf('gateway.conf', { hasPage }), {
    BEFOREHAND_NGINX_LISTEN: listen,
    BEFOREHAND_GATEWAY_REGIONS_FILE: regionsFile,
    BEFOREHAND_GATEWAY_INGEST: settings.ingest,
    BEFOREHAND_GATEWAY_RESOLVER: settings.resolver,
    BEFOREHAND_NGINX_MAX_OPEN_FILES: settings.maxOpenFiles,
    BEFOREHAND_NGINX_WORKER_PROCESSES: settings.workerProcesses,
    BEFOREHAND_NGINX_WORKER_CONNECTIONS: settings.workerConnections,
    BEFOREHAND_NGINX_MAX_CONNECTIONS_PER_ADDRESS: settings.maxConnectionsPerAddress,
    BEFOREHAND_NGINX_REQUEST_TIMEOUT_MS: settings.requestTimeoutMs,
    BEFOREHAND_NGINX_SEND_TIMEOUT_MS: settings.sendTimeoutMs,
    BEFOREHAND_NGINX_KEEP_ALIVE_TIMEOUT_MS: settings.keepAliveTimeoutMs,
  });
}

/**
 * Nginx takes turns among servers that stand by; with this weight nearly all reads of a region that
 * is gone meet the same one, whose documents then do not seem to go back and forth.
 */
const nextWeight = 1_000;

/** How long a region that failed twice is not asked. */
const rest = 'max_fails=2 fail_timeout=2s';

/** What depends on the regions. Throws when a client's network names one that is not there. */
export function renderGatewayRegions(settings: GatewaySettings): string {
  const { doors, clientNetworks, trustedProxies } = settings;
  const names = doors.map(({ region }) => region);
  const stray = clientNetworks.find(({ region }) => !names.includes(region));
  if (stray !== undefined) {
    throw new Error(
      `BEFOREHAND_GATEWAY_NETWORKS sends ${stray.network} to ${stray.region}, which BEFOREHAND_GATEWAY_REGIONS has not.`,
    );
  }
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined)
    throw new Error(`BEFOREHAND_GATEWAY_REGIONS names ${repeated} twice.`);
  const named = names.map((name) => `${name} ${name}`);
  const trusted = trustedProxies.map((network) => `set_real_ip_from ${network};\n`);
  return [
    ...doors.flatMap((_, index) => groupsOf(doors, index)),
    block('map $http_beforehand_region $region_of_header', ['default ""', ...named]),
    block('map $cookie_beforehand_region $region_of_cookie', ['default ""', ...named]),
    block('geo $region_of_address', [
      `default ${names[0]}`,
      ...clientNetworks.map(({ network, region }) => `${network} ${region}`),
    ]),
    block('map $upstream_addr $served_by', [
      'default ""',
      ...doors.map(({ region, address }) => `"~${asPattern(address)}\\z" ${region}`),
    ]),
    block('geo $realip_remote_addr $is_proxy_trusted', [
      'default 0',
      ...trustedProxies.map((network) => `${network} 1`),
    ]),
    ...trusted,
    ...(trusted.length > 0 ? ['real_ip_header X-Forwarded-For;\nreal_ip_recursive on;\n'] : []),
  ].join('');
}

/** The group of a region, in the order in which its clients' reads look for another. */
function groupsOf(doors: GatewaySettings['doors'], index: number): string[] {
  const [own, ...others] = [...doors.slice(index), ...doors.slice(0, index)];
  if (own === undefined) return [];
  const keep = ['keepalive 128', 'keepalive_timeout 50s'];
  return [
    block(`upstream region_${own.region}`, [
      `zone region_${own.region} 128k`,
      `server ${own.address} ${rest}`,
      ...others.map(
        ({ address }, at) => `server ${address} backup weight=${at === 0 ? nextWeight : 1} ${rest}`,
      ),
      ...keep,
    ]),
    block(`upstream only_${own.region}`, [`server ${own.address} max_fails=0`, ...keep]),
  ];
}

function block(head: string, lines: readonly string[]): string {
  return `${head} {\n${lines.map((line) => `  ${line};\n`).join('')}}\n`;
}

function asPattern(text: string): string {
  return text.replaceAll(/[.\\]/g, '\\$&');
}
