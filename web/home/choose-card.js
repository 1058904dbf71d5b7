// Chooses what this client can draw of a slot's content.

/**
 * @typedef {{ readonly log_id: string, readonly [member: string]: unknown }} Card
 * @typedef {{ profile: number, template: string, card: Card }} Drawable
 */

/** The newest profile of cards that this client knows. docs/home.md says what is in it. */
const knownProfile = 2;

/**
 * `null`: the slot has nothing to show on a page, like the one that holds the order of the others.
 * A number: the profile that would be needed, for which there is no fallback.
 * @param {unknown} content
 * @returns {{ drawable: Drawable, isFallback: boolean } | number | null}
 */
export function chooseCard(content) {
  if (!isDrawable(content)) return null;
  if (content.profile <= knownProfile) return { drawable: content, isFallback: false };
  const { fallback } = /** @type {{ fallback?: unknown }} */ (content);
  if (isDrawable(fallback) && fallback.profile <= knownProfile) {
    return { drawable: fallback, isFallback: true };
  }
  return content.profile;
}

/** @param {unknown} value @returns {value is Drawable} */
function isDrawable(value) {
  if (typeof value !== 'object' || value === null) return false;
  const { profile, template, card } = /** @type {{ [member: string]: unknown }} */ (value);
  return (
    typeof profile === 'number' &&
    typeof template === 'string' &&
    typeof card === 'object' &&
    card !== null
  );
}
