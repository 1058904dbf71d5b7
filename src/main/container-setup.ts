// Entry: the set-up of docker/compose.yaml. Makes what is missing of secrets, and writes the
// configuration of every Nginx anew.

import { writeNginxConfigs } from './container-nginx.ts';
import { makeSecrets } from './container-secrets.ts';
import { containerSettings } from './container-settings.ts';
import { gatewaySettings } from './gateway-settings.ts';
import { findConfig, loadConfig } from './load-config.ts';
import { nginxSettings } from './nginx-settings.ts';
import { replicaLimits } from './replica-settings.ts';
import { readSettings } from './settings.ts';

const { clockToleranceS, genericMaxAgeS } = replicaLimits;

try {
  const settings = readSettings(
    {
      ...{ ...containerSettings, ...gatewaySettings, ...nginxSettings },
      ...{ clockToleranceS, genericMaxAgeS },
    },
    process.env,
  );
  const { secretsDir, nginxDir, configFile, ...nginx } = settings;
  const file = findConfig({ file: configFile, folder: process.cwd() });
  const hasPage = (await loadConfig(file)).page !== undefined;
  const regions = nginx.doors.map(({ region }) => region);
  await makeSecrets(secretsDir, regions);
  writeNginxConfigs(nginxDir, nginx, { hasPage });
  console.log(`Secrets are in place, and Nginx is configured for ${regions.join(', ')}.`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
