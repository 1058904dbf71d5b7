// Entry: writes the configuration of every Nginx of docker/compose.yaml anew. It has no secret, because
// whether there is a page is for the authors' configuration to say.

import { writeNginxConfigs } from './container-nginx.ts';
import { containerSettings } from './container-settings.ts';
import { gatewaySettings } from './gateway-settings.ts';
import { findConfig, loadConfig } from './load-config.ts';
import { nginxSettings } from './nginx-settings.ts';
import { replicaLimits } from './replica-settings.ts';
import { readSettings } from './settings.ts';

const { configFile, nginxDir } = containerSettings;
const { clockToleranceS, genericMaxAgeS } = replicaLimits;

try {
  const settings = readSettings(
    {
      ...{ configFile, nginxDir, ...gatewaySettings, ...nginxSettings },
      ...{ clockToleranceS, genericMaxAgeS },
    },
    process.env,
  );
  const { nginxDir: directory, configFile: named, ...nginx } = settings;
  const file = findConfig({ file: named, folder: process.cwd() });
  const hasPage = (await loadConfig(file)).page !== undefined;
  writeNginxConfigs(directory, nginx, { hasPage });
  const regions = nginx.doors.map(({ region }) => region).join(', ');
  console.log(`Nginx is configured for ${regions}, ${hasPage ? 'with a page' : 'without a page'}.`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
