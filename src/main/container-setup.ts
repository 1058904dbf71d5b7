// Entry: the set-up of docker/compose.yaml. Makes what is missing of secrets, which are all within its
// reach: so it loads nothing that authors write.

import { makeSecrets } from './container-secrets.ts';
import { containerSettings } from './container-settings.ts';
import { gatewaySettings } from './gateway-settings.ts';
import { readSettings } from './settings.ts';

try {
  const { secretsDir, doors } = readSettings(
    { secretsDir: containerSettings.secretsDir, doors: gatewaySettings.doors },
    process.env,
  );
  const regions = doors.map(({ region }) => region);
  await makeSecrets(secretsDir, regions);
  console.log(`Secrets are in place for ${regions.join(', ')}.`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
