// Judges everything that one reader is answered, and keeps what was wrong.
//
// A request that begins after an answer has come must show what that answer showed, or newer: the
// floor. A 304 shows what its validator stands for. Requests may run side by side; each has the
// floor of the moment at which it began.

import type { Answer } from './kept-connections.ts';
import { readBody, type Shown, sha256 } from './poller-content.ts';

type Body = Shown & { bytes: number };
export type Question = {
  method: 'GET' | 'HEAD';
  /** What If-None-Match says; `null`: the request has none. */
  knownTag: string | null;
  floor: Shown;
};
export type Witness = {
  /** To be called as a request is sent. */
  floor(): Shown;
  heard(question: Question, answer: Answer): void;
  /** There was no answer, or only a part of one. */
  unheard(question: Question, error: unknown): void;
  /** Validators of bodies in the order in which they were first seen. */
  tags(): readonly string[];
  /** How often each kind of answer came, such as `GET 200`. */
  counts(): { readonly [kind: string]: number };
  /** Everything that was wrong; empty when nothing was. Judges what had to wait for later answers. */
  violations(): readonly string[];
};

const maxKept = 20;

export function createWitness(user: string): Witness {
  const bodies = new Map<string, Body & { digest: string }>();
  const tagOfDigest = new Map<string, string>();
  const tags: string[] = [];
  const counts: { [kind: string]: number } = {};
  const wrong: string[] = [];
  /** HEAD names bodies that only a later GET may show. */
  const heads: { tag: string; bytes: number; floor: Shown }[] = [];
  let floor: Shown = { version: 0, edition: 0 };

  function blame(question: Question, what: string): void {
    if (wrong.length >= maxKept) return;
    const condition = question.knownTag === null ? '' : ` knowing ${question.knownTag}`;
    wrong.push(`${question.method}${condition}: ${what}`);
  }

  function shown(question: Question, body: Shown): void {
    const { floor: before } = question;
    if (body.version < before.version) {
      blame(question, `version ${body.version} after ${before.version}`);
    }
    if (body.edition < before.edition) {
      blame(question, `edition ${body.edition} after ${before.edition}`);
    }
    floor = {
      version: Math.max(floor.version, body.version),
      edition: Math.max(floor.edition, body.edition),
    };
  }

  /** The same validator never stands for two bodies, nor the same body for two validators. */
  function learn(question: Question, tag: string, body: Buffer): Body | null {
    const digest = sha256(body);
    const known = bodies.get(tag);
    const itsTag = tagOfDigest.get(digest) ?? tag;
    if (known !== undefined && known.digest !== digest) blame(question, `two bodies are ${tag}`);
    if (itsTag !== tag) blame(question, `one body is ${itsTag} and ${tag}`);
    if (known !== undefined && known.digest === digest) return known;
    try {
      const learned = { ...readBody(body, user), bytes: body.length, digest };
      if (known === undefined) {
        bodies.set(tag, learned);
        tags.push(tag);
      }
      tagOfDigest.set(digest, tag);
      return learned;
    } catch (error) {
      blame(question, `${(error as Error).message}, in ${body.length} bytes: ${excerptOf(body)}`);
      return null;
    }
  }

  function whole(question: Question, tag: string, { headers, body }: Answer): void {
    const bytes = Number(headers['content-length'] ?? Number.NaN);
    if (question.method === 'HEAD') {
      heads.push({ tag, bytes, floor: question.floor });
      return;
    }
    if (bytes !== body.length) blame(question, `${body.length} bytes said to be ${bytes}`);
    const learned = learn(question, tag, body);
    if (learned !== null) shown(question, learned);
  }

  function unchanged(question: Question, tag: string, { body }: Answer): void {
    if (tag !== question.knownTag) blame(question, `304 about ${tag}`);
    if (body.length > 0) blame(question, `304 with ${body.length} bytes`);
    const known = bodies.get(tag);
    if (known !== undefined) shown(question, known);
  }

  function judgeHeads(): void {
    for (const { tag, bytes, floor: before } of heads.splice(0)) {
      const question: Question = { method: 'HEAD', knownTag: null, floor: before };
      const body = bodies.get(tag);
      if (body === undefined) continue;
      shown(question, body);
      if (bytes !== body.bytes) blame(question, `${bytes} bytes, ${body.bytes} in a GET`);
    }
  }

  return {
    floor: () => floor,
    heard(question, answer) {
      const { status, headers } = answer;
      const kind = `${question.method} ${status}`;
      counts[kind] = (counts[kind] ?? 0) + 1;
      const tag = headers.etag;
      if (tag === undefined) blame(question, `${status} without a validator`);
      else if (status === 304) unchanged(question, tag, answer);
      else if (status !== 200) blame(question, `status ${status}: ${excerptOf(answer.body)}`);
      else if (tag === question.knownTag) blame(question, '200 with the body that was known');
      else whole(question, tag, answer);
    },
    unheard: (question, error) => blame(question, `no answer: ${(error as Error).message}`),
    tags: () => tags,
    counts: () => counts,
    violations() {
      judgeHeads();
      return wrong;
    },
  };
}

function excerptOf(body: Buffer): string {
  return JSON.stringify(body.toString().slice(0, 120));
}
