// When something is due again, by Postgres's clock.

/**
 * SQL for so many milliseconds from now. Columns keep milliseconds: rounded up, what is due at once
 * would not be due for the first half of one.
 */
export const dueInMs = (parameter: string) =>
  `date_trunc('milliseconds', clock_timestamp()) + ${parameter} * interval '1 ms'`;

/** SQL for what is due at once, for whoever asks next. */
export const dueNow = dueInMs('0');
