// Makes elements. Text is text: nothing here turns it into markup.

/**
 * @param {string} name
 * @param {{ class?: string, text?: string, [attribute: string]: string | undefined }} [attributes]
 * @param {...Element} children
 * @returns {HTMLElement}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    if (attribute === 'text') made.textContent = value;
    else made.setAttribute(attribute, value);
  }
  made.append(...children);
  return made;
}

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no #${id}.`);
  return found;
}

/**
 * Milliseconds for people: two digits that mean something.
 * @param {number} ms
 */
export function inMs(ms) {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
