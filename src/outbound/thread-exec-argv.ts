// How threads learn to read TypeScript where nothing was compiled: solo, stack and tests.

/**
 * Node's options for threads; `undefined`: those of the process. With `--import tsx`, tsx makes
 * only the main thread read TypeScript, so a thread has to ask for it itself.
 */
export function threadExecArgv(): string[] | undefined {
  if (!import.meta.url.endsWith('.ts')) return undefined;
  const tsx = import.meta.resolve('tsx/esm/api');
  const code = `import { register } from ${JSON.stringify(tsx)}; register();`;
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
}
