// Several things at once, none of which is left running behind anyone's back.

/**
 * Resolves with all values, or rejects with the first error, but only once every promise has
 * ended. After Promise.all, what still runs belongs to nobody: an event would be delivered again
 * while the first delivery still works on it, and an error of that would be lost.
 */
export async function allEnded<T>(promises: Iterable<Promise<T>>): Promise<T[]> {
  const results = await Promise.allSettled(promises);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
