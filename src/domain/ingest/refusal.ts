// Why a well-formed event is not accepted, in words that a door turns into an answer.

export type RefusalCode =
  | 'forbidden'
  | 'reserved_source'
  | 'unknown_type'
  | 'reserved_type'
  | 'invalid_subject'
  | 'invalid_lane'
  | 'invalid_data';

/** The message is for the producer. It names what was expected and where it was not so. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  /** Which of the events it was, from 0. */
  readonly index: number;
  /** JSON Pointer into that event's data, for `invalid_data`. */
  readonly pointer: string | null;

  constructor(code: RefusalCode, message: string, where: { index: number; pointer?: string }) {
    super(message);
    this.code = code;
    this.index = where.index;
    this.pointer = where.pointer ?? null;
  }
}
