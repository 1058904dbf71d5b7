// Keeps the place of whoever uses a section, while what is in it is replaced.

const reachable = 'a[href], button, [tabindex="0"], [role="button"]';

/**
 * @param {Element} old
 * @returns {(fresh: Element) => void} to be called with what takes its place, before the old goes
 */
export function keepPlace(old) {
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const index = focused === null ? -1 : stopsOf(old).indexOf(focused);
  const name = focused === null ? '' : nameOf(focused);
  const scrolled = rowsOf(old).map((row) => row.scrollLeft);

  return (fresh) => {
    for (const [at, row] of rowsOf(fresh).entries()) row.scrollLeft = scrolled[at] ?? 0;
    if (focused === null) return;
    const stops = stopsOf(fresh);
    // The same button, else what stands in its place, else the section itself.
    const next = stops.find((stop) => nameOf(stop) === name) ?? stops[index] ?? stops.at(-1);
    if (next instanceof HTMLElement) next.focus({ preventScroll: true });
    else if (fresh instanceof HTMLElement) {
      fresh.tabIndex = -1;
      fresh.focus({ preventScroll: true });
    }
  };
}

/** @param {Element} element */
function stopsOf(element) {
  return [...element.querySelectorAll(reachable)];
}

/** Rows that can be scrolled sideways. @param {Element} element */
function rowsOf(element) {
  return [...element.querySelectorAll('*')].filter(
    (child) =>
      child.scrollWidth > child.clientWidth && getComputedStyle(child).overflowX === 'auto',
  );
}

/** @param {Element} element */
function nameOf(element) {
  return `${element.getAttribute('aria-label') ?? ''} ${element.textContent}`.trim();
}
