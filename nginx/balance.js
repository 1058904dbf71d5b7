// Which unit of a region serves a request: the same one for every token of a user.
//
// Written in the ECMAScript that njs 0.7.9 knows: no destructuring, no spread, no classes.

/**
 * The subject that the token claims, unverified: whoever lies chooses only which unit refuses them.
 * Without one, where the request comes from.
 */
function balanceKey(r) {
  const bearer = /^Bearer +[\w-]+\.([\w-]+)\./i.exec(r.variables.credential);
  const subject = bearer === null ? null : subjectOf(bearer[1]);
  return subject === null ? `address ${r.remoteAddress}` : `user ${subject}`;
}

function subjectOf(payload) {
  try {
    const subject = JSON.parse(Buffer.from(payload, 'base64url').toString()).sub;
    return typeof subject === 'string' ? subject : null;
  } catch (_error) {
    return null;
  }
}

export default { balanceKey };
