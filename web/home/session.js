// Who the cookie is about, as the login says that gave it: tokens for posting and, in a demo, other people to be.

/**
 * @typedef {{ user: string, name: string, about: string }} Person
 * `people`: of a demo, where anybody may be any of them.
 * @typedef {{ user: string | null, people?: Person[] }} Session
 */

/** A token is renewed this long before its end, so that none ends on its way. */
const marginMs = 30_000;

/**
 * @param {string} url of the login
 * @param {{ onOther: () => void }} listener `onOther`: another window of this origin became somebody else
 */
export function createSession(url, { onOther }) {
  const windows = new BroadcastChannel('session');
  windows.addEventListener('message', onOther);
  /** @type {Promise<{ token: string, endsAtMs: number }> | null} */
  let asked = null;

  /** @type {Promise<Session> | null} */
  let read = null;

  /** Answered once a page: whoever becomes somebody else gets another page. */
  function readOnce() {
    read ??= fetch(url)
      .then(checked)
      .then((response) => response.json())
      .catch((error) => {
        read = null;
        throw error;
      });
    return read;
  }

  async function askForToken() {
    const { user } = await readOnce();
    if (user === null) throw new Refusal(401);
    const { token, expiresAt } = await (await post(`${url}/token`, {})).json();
    return { token, endsAtMs: Date.parse(expiresAt) };
  }

  return {
    read: readOnce,

    /** The next page is about somebody else. @param {string | null} user */
    async become(user) {
      await post(url, { user });
      windows.postMessage('other');
    },

    /** Kept in memory only, where no other page finds it. @returns {Promise<string>} */
    async token() {
      if (asked !== null) {
        const known = await asked.catch(() => null);
        if (known !== null && Date.now() < known.endsAtMs - marginMs) return known.token;
      }
      asked = askForToken();
      return (await asked).token;
    },

    /** For one that was refused: the platform may have other keys by now. */
    forgetToken() {
      asked = null;
    },
  };
}

/** Says why in words for whoever pressed. */
export class Refusal extends Error {
  /** @param {number} status */
  constructor(status) {
    super(`The answer was ${status}.`);
    this.status = status;
  }
}

/** @param {Response} response */
export async function checked(response) {
  if (response.ok) return response;
  throw new Refusal(response.status);
}

/** @param {string} path @param {object} body */
async function post(path, body) {
  const headers = { 'content-type': 'application/json' };
  return checked(await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) }));
}
