// What a worker process and one of its threads know of each other without a message, because a deaf
// thread reads none: which of its calls it has begun, and which it must not begin any more.
//
// Each side writes its own mark before it reads the other's. So of a call that is taken back at the
// moment it begins, the process finds that it has begun, or the thread that it must not, or both:
// then the thread says so. Nobody runs it twice, and it is not forgotten.

/** Two ids of calls, which count from 1 on: the last one begun, and the last one taken back. */
export type ThreadMarks = BigInt64Array;

const [begun, takenBack] = [0, 1];

export function createThreadMarks(): ThreadMarks {
  return new BigInt64Array(new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT));
}

/** The last call that the thread has come to. It takes them in their order. */
export function lastBegun(marks: ThreadMarks): number {
  return Number(Atomics.load(marks, begun));
}

/** For the process: takes back what is not begun up to `id`; returns the last call that was. */
export function takeBackTo(marks: ThreadMarks, id: number): number {
  Atomics.store(marks, takenBack, BigInt(id));
  return lastBegun(marks);
}

/** For the thread, when it comes to a call: whether it may begin. */
export function mayBegin(marks: ThreadMarks, id: number): boolean {
  Atomics.store(marks, begun, BigInt(id));
  return Atomics.load(marks, takenBack) < BigInt(id);
}
