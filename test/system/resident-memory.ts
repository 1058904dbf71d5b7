// How much memory processes hold, and the most they held while somebody watched.

import { readdirSync, readFileSync } from 'node:fs';

const everyMs = 250;

export type MemoryWatch = {
  /** The most since the last call, in bytes, by name; then watching goes on. */
  take(): Map<string, number>;
  stop(): void;
};

/** `pids` names the leaders of process groups; a group counts with all of its processes. */
export function watchMemory(pids: { readonly [kind: string]: readonly number[] }): MemoryWatch {
  const names = new Map<number, string>();
  for (const [kind, leaders] of Object.entries(pids)) {
    leaders.forEach((pid, index) => void names.set(pid, `${kind} ${index + 1}`));
  }
  let most = new Map<string, number>();
  const look = () => {
    for (const [group, bytes] of bytesOfGroups(names)) {
      const name = names.get(group) as string;
      most.set(name, Math.max(bytes, most.get(name) ?? 0));
    }
  };
  const timer = setInterval(look, everyMs);
  look();
  return {
    take() {
      const taken = most;
      most = new Map();
      look();
      return taken;
    },
    stop: () => clearInterval(timer),
  };
}

function bytesOfGroups(wanted: ReadonlyMap<number, unknown>): Map<number, number> {
  const bytes = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    const stat = /^\d+$/.test(entry) ? readOrNull(`/proc/${entry}/stat`) : null;
    if (stat === null) continue;
    const group = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
    if (!wanted.has(group)) continue;
    const resident = /^VmRSS:\s+(\d+) kB/m.exec(readOrNull(`/proc/${entry}/status`) ?? '');
    bytes.set(group, (bytes.get(group) ?? 0) + Number(resident?.[1] ?? 0) * 1024);
  }
  return bytes;
}

/** `null`: the process has ended meanwhile. */
function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
