// What no file may say, and what to say instead.

/** `where` restricts a ban to some files; `example` proves that the pattern bites. */
export const bans: { pattern: RegExp; where?: RegExp; instead: string; example: string }[] = [
  {
    pattern: /\bprocess\.exit\(/,
    where: /^src\//,
    instead: 'set process.exitCode and close what is open, so that nothing is cut off',
    example: 'process.exit(1)',
  },
  {
    pattern: /\b(TODO|FIXME|XXX)\b(?!\(#\d+\))/,
    instead: 'do it now, or write TODO(#issue) about an issue that exists',
    example: '// TODO: later',
  },
  {
    pattern: /\b(it|test|describe|suite)\.only\(/,
    instead: 'run one test with: npm test -- -t "its name"',
    example: "it.only('keeps', () => {})",
  },
  {
    pattern: /\b(it|test|describe|suite)\.(skip|todo|skipIf|runIf)\(|\.skip\(\s*\)/,
    instead: "call skip('why') on the test's context, so that the run prints the reason",
    example: "it.skip('keeps', () => {})",
  },
  {
    pattern: /@ts-(ignore|nocheck)/,
    instead: '@ts-expect-error and the reason, which ends when the error does',
    example: '// @ts-ignore',
  },
  {
    pattern: /\b(Date\.now|new Date)\(\s*\)/,
    where: /^src\/domain\//,
    instead: 'take a Clock as an argument, so that a test can decide it',
    example: 'const at = Date.now()',
  },
  {
    pattern: /https?:\/\/[^\s"'`)]*registry[^\s"'`)]*/,
    instead: 'the name of the package; where it is downloaded from is the business of a machine',
    example: '"resolved": "https://registry.example/pg.tgz"',
  },
  {
    pattern: /(?<![\w.~}])\/(work|root|Users|home\/(?!node\b)\w+)\//,
    instead: 'a path relative to the file, or the temporary folder of the system',
    example: "open('/root/data')",
  },
];
