// @ts-check
// What people clicked, counted by topic, for as many people as memory is meant for.

const maxUsers = 10_000;

/** @returns Forgets whoever has not been heard of for longest. */
export function createTallies() {
  /** @type {Map<string, Map<string, number>>} */
  const tallies = new Map();
  return {
    /** @param {string} user @param {string} topic */
    count(user, topic) {
      const tally = tallies.get(user) ?? new Map();
      tally.set(topic, (tally.get(topic) ?? 0) + 1);
      tallies.delete(user);
      tallies.set(user, tally);
      const [eldest] = tallies.keys();
      if (tallies.size > maxUsers && eldest !== undefined) tallies.delete(eldest);
    },
    /** @param {string} user @param {string} topic */
    of: (user, topic) => tallies.get(user)?.get(topic) ?? 0,
    users: () => [...tallies.keys()],
  };
}
