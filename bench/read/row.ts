// One way to serve the documents, with its servers running.

export type Row = {
  name: string;
  port: number;
  /** One request a line, that of the first user first; see bench/wrk-cycle.lua. */
  requestsFile: string;
  /** What serves it: these processes and their children. */
  pids: readonly number[];
  /** What the request of line `index` must be answered with. */
  bodyOf: (index: number) => string;
  /** Every read is a first one, whatever came before: there is nothing to warm up but the code. */
  isAlwaysCold?: boolean;
};

/** Lines of a file of requests that are looked at before each run. */
const probes = [0, 1, 4_999, 9_999];

/**
 * Throws unless the row answers with 200 and the right bytes: how fast somebody else's document or
 * an error page is served says nothing.
 */
export async function verifyRow(row: Row, requests: readonly string[]): Promise<void> {
  for (const index of probes) {
    const [path, token] = (requests[index] ?? '').split('\t');
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await fetch(`http://127.0.0.1:${row.port}${path}`, { headers });
    const body = await answer.text();
    if (answer.status !== 200 || body !== row.bodyOf(index)) {
      const got = `${answer.status} and ${body.length} bytes: ${body.slice(0, 200)}`;
      throw new Error(`"${row.name}" answers ${path} with ${got}`);
    }
  }
}
