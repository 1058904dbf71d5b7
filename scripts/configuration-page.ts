// docs/configuration.md, made from the settings themselves: `npm run docs:configuration` writes it,
// and a test compares.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cliSettings } from '../src/main/cli-settings.ts';
import { containerSettings } from '../src/main/container-settings.ts';
import { gatewaySettings } from '../src/main/gateway-settings.ts';
import { ingestSettings } from '../src/main/ingest-settings.ts';
import { nginxSettings } from '../src/main/nginx-settings.ts';
import { operatorSettings } from '../src/main/operator-settings.ts';
import { psqlSettings } from '../src/main/psql-settings.ts';
import { replicaSettings } from '../src/main/replica-settings.ts';
import type { Setting, Settings } from '../src/main/settings.ts';
import { soloLimits, soloSettings } from '../src/main/solo-settings.ts';
import { stackSettings } from '../src/main/stack-settings.ts';
import { workerSettings } from '../src/main/worker-settings.ts';

export const configurationPagePath = fileURLToPath(
  new URL('../docs/configuration.md', import.meta.url),
);

const tables: { readonly [process: string]: Settings } = {
  ingest: ingestSettings,
  worker: workerSettings,
  replica: replicaSettings,
  operator: operatorSettings,
  nginx: nginxSettings,
  'container set-up': { ...containerSettings, ...gatewaySettings },
  solo: {
    ...soloSettings,
    ...prefixed('ingest', soloLimits.ingest),
    ...prefixed('worker', soloLimits.worker),
    ...prefixed('replica', soloLimits.replica),
    ...prefixed('operator', soloLimits.operator),
    ...prefixed('postgres', soloLimits.postgres),
  },
  stack: stackSettings,
  'command line': cliSettings,
  psql: psqlSettings,
};

/** Tables of several processes name some of their settings alike. */
function prefixed(process: string, settings: Settings): Settings {
  return Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => [`${process} ${name}`, setting]),
  );
}

const intro = `# Configuration

What the platform *does* is in a configuration, \`beforehand.config.ts\` or for \`npm start\` \`home.config.ts\`;
see [for authors](authors.md). What a process may use, and where it finds the others, is in its
environment. A process reads it once, at its start, and tells everything that is missing or
malformed at the same time.

A configuration may name **services**, programs that its generators call, each with the variable that
holds its URL. Where the variable is set, that is where it is called; solo mode and the stack start
what has none, at a free port of loopback, and set the variable for what runs generators. A service
is given \`PATH\`, \`HOME\`, \`PORT\` (where it must listen, at 127.0.0.1), \`DATA_DIR\` (a folder of its
own), \`BEFOREHAND_INGEST_URL\` and, where the configuration names its source, a
\`BEFOREHAND_PRODUCER_KEY\` for events of that source, of its types alone if there are some. In production it runs wherever its team runs it.

Solo mode (\`npm start\`) and the stack (\`npm run stack\`) pass what is set on to the processes that
they run, or are. Tests use the servers that \`BEFOREHAND_TEST_AMQP_URL\` and
\`BEFOREHAND_TEST_POSTGRES_URL\` name, before they look for others.

<!-- Made by npm run docs:configuration from src/main/*-settings.ts. -->
`;

/** Of nginx/*.conf and of Compose, beside settings: our own start of Nginx fills them in, an image its environment. */
const nginxPlaces = `
Nginx itself reads no environment: variables in \`nginx/*.conf\` are filled in before it starts, with the
settings above and with these, which the stack knows by itself:

| variable | what it says |
|---|---|
| \`BEFOREHAND_NGINX_LISTEN\` | Address and port of the door. |
| \`BEFOREHAND_NGINX_JS_MODULE\` | Path of \`ngx_http_js_module.so\`. |
| \`BEFOREHAND_NGINX_TOKEN_JS\` | Path of \`nginx/token.js\`. |
| \`BEFOREHAND_NGINX_VERIFIER_SOCKET\` | Unix socket over which the door asks about tokens never seen. |
| \`BEFOREHAND_NGINX_RENEWAL_SOCKET\` | Unix socket over which the door asks itself about tokens seen before. |
| \`BEFOREHAND_CORS_EXPOSED_HEADERS\` | Headers that pages of other origins may read. |
| \`BEFOREHAND_PAGE_CONNECT_ORIGINS\` | Other origins that the scripts of a page talk to, each behind a space. |
| \`BEFOREHAND_NGINX_BALANCE_JS\` | Path of \`nginx/balance.js\`. |
| \`BEFOREHAND_GATEWAY_REGIONS_FILE\` | A file with what follows from the regions. |
| \`BEFOREHAND_BALANCER_UNITS_FILE\` | A file with a line \`server ADDRESS max_fails=2 fail_timeout=1s;\` for each unit. |
| \`BEFOREHAND_BALANCER_ANY_UNIT_FILE\` | The same with \`max_fails=0\`: whom to ask when all units are away or rest. |

Compose itself reads these, and passes none of them on:

| variable | what it says | default |
|---|---|---|
| \`BEFOREHAND_GATEWAY_PUBLISHED_ADDRESS\` | Address and port of the machine where the gateway is. | \`127.0.0.1:8080\` |
| \`BEFOREHAND_OPERATOR_PUBLISHED_PORT\` | Port of loopback where the operator is. | \`8083\` |
| \`BEFOREHAND_GRAFANA_PUBLISHED_PORT\` | Port of loopback where Grafana is (\`docker/metrics.yaml\`). | \`3000\` |
| \`BEFOREHAND_GRAFANA_PASSWORD_FILE\` | A file with the password of its admin. | must be given |
`;

export function configurationPage(): string {
  type Entry = { setting: Setting<unknown>; processes: string[] };
  const byName = new Map<string, Entry>();
  for (const [process, settings] of Object.entries(tables)) {
    for (const setting of Object.values(settings)) {
      const entry: Entry = byName.get(setting.env) ?? { setting, processes: [] };
      if (!entry.processes.includes(process)) entry.processes.push(process);
      // Of a variable that some can do without, it is told that others cannot.
      if (setting.default === undefined) entry.setting = setting;
      byName.set(setting.env, entry);
    }
  }
  const rows = [...byName.values()].map(
    ({ setting, processes }) =>
      `| \`${setting.env}\` | ${setting.about} | ${defaultText(setting.default)} | ${processes.join(', ')} |`,
  );
  const head = ['| variable | what it says | default | read by |', '|---|---|---|---|'];
  return [intro, ...head, ...rows.toSorted(), '', nginxPlaces].join('\n');
}

function defaultText(value: unknown): string {
  if (value === undefined) return 'must be given';
  if (value === '' || (Array.isArray(value) && value.length === 0)) return 'none';
  if (typeof value === 'object' && Object.keys(value as object).length === 0) return 'none';
  if (typeof value === 'object') return '`eu=8081,us=8082`';
  return `\`${String(value).replace(process.cwd(), '.')}\``;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(configurationPagePath, configurationPage());
}
