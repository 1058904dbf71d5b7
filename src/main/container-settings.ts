// What the set-up of docker/compose.yaml reads from the environment.

import { processSettings } from './process-settings.ts';
import { type Settings, text } from './settings.ts';

export const containerSettings = {
  configFile: processSettings.configFile,
  secretsDir: text(
    'BEFOREHAND_SECRETS_DIR',
    'Where the set-up of the containers makes their secrets: a directory for each of them.',
    '/secrets',
  ),
  nginxDir: text(
    'BEFOREHAND_NGINX_CONFIG_DIR',
    'Where the set-up of the containers writes the configuration of every Nginx.',
    '/config/nginx',
  ),
} satisfies Settings;
