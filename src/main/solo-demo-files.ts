// Reads the demo's page, which lies beside the sources and is not part of a build.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DemoFile, demoTypeOf } from '../inbound/http-demo-files.ts';

const candidates = ['../../web/demo', '../../../web/demo'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/** By name, read once. `null`: this installation has no page. */
export function readDemoFiles(): ReadonlyMap<string, DemoFile> | null {
  const folder = candidates.find((path) => existsSync(path));
  if (folder === undefined) return null;
  const files = readdirSync(folder).flatMap((name): [string, DemoFile][] => {
    const type = demoTypeOf(name);
    return type === null ? [] : [[name, { type, bytes: readFileSync(join(folder, name)) }]];
  });
  return new Map(files);
}
