// Writes the configuration of every Nginx in containers: the two of each region, and the gateway's.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tokenAudience, tokenIssuer } from './credentials.ts';
import { renderGatewayConfig, renderGatewayRegions } from './gateway-config.ts';
import type { gatewaySettings } from './gateway-settings.ts';
import type { nginxSettings } from './nginx-settings.ts';
import { type RegionPlaces, renderDoorConfig, renderVerifierConfig } from './region-config.ts';
import type { replicaLimits } from './replica-settings.ts';
import type { ValuesOf } from './settings.ts';

/** Where the containers of docker/compose.yaml have what they share. */
const unitDir = '/run/unit';
const verifierSocket = `${unitDir}/verdict.sock`;

/** In the image of nginx.org. */
const jsModule = '/etc/nginx/modules/ngx_http_js_module.so';

/** To a door every client has the gateway's address, and the gateway is who bounds each of them. */
const noneOfItsOwn = 65_535;

export type ContainerNginxSettings = ValuesOf<typeof nginxSettings> &
  ValuesOf<typeof gatewaySettings> &
  Pick<ValuesOf<typeof replicaLimits>, 'clockToleranceS' | 'genericMaxAgeS'>;

/** `hasPage`: whether the configuration of the regions has one. */
export function writeNginxConfigs(
  nginxDir: string,
  settings: ContainerNginxSettings,
  { hasPage }: { hasPage: boolean },
): void {
  const write = (name: string, text: string) => {
    mkdirSync(nginxDir, { recursive: true });
    const file = join(nginxDir, name);
    writeFileSync(file, text);
    return file;
  };
  const { doors, clientNetworks, trustedProxies, ingest, resolver, ...ofRegion } = settings;
  const { clockToleranceS, genericMaxAgeS, ...limits } = ofRegion;
  const places: RegionPlaces = {
    listen: `unix:/run/door/door.sock`,
    replicaSocket: `${unitDir}/replica.sock`,
    positionsDir: `${unitDir}/positions`,
    jsModule,
    tokens: {
      jwksFile: '/secrets/clients/jwks.json',
      ...{ secretFile: '', issuer: tokenIssuer, audience: tokenAudience, clockToleranceS },
    },
    ...{ genericMaxAgeS, hasPage },
  };
  // Every region's are the same: each has its own volumes at these paths.
  const doorLimits = { ...limits, maxConnectionsPerAddress: noneOfItsOwn };
  write('door.conf', renderDoorConfig({ ...places, verifierSocket }, doorLimits));
  write('verifier.conf', renderVerifierConfig(places, verifierSocket, limits));
  const regionsFile = write('regions.conf', renderGatewayRegions(settings));
  const listen = '0.0.0.0:8080';
  write('gateway.conf', renderGatewayConfig({ listen, regionsFile, hasPage }, settings));
}
