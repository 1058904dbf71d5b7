// The sections of the page, one a slot: finds them, makes and removes them, and puts them in order.

/** How long a section glides to its new place. */
const glideMs = 420;

/** @param {HTMLElement} container */
export function createSections(container) {
  /** @returns {HTMLElement[]} */
  const all = () => [...container.querySelectorAll(':scope > [data-slot]')].filter(isElement);
  /** @param {string} slot */
  const find = (slot) => all().find((section) => section.dataset.slot === slot) ?? null;

  return {
    find,

    /** @param {string} slot @returns {HTMLElement} the section of a slot, at the end if it is new */
    make(slot) {
      const known = find(slot);
      if (known !== null) return known;
      const section = document.createElement('div');
      section.dataset.slot = slot;
      container.append(section);
      return section;
    },

    /**
     * Changes sections, and lets those that are elsewhere afterwards glide there: what somebody
     * reads does not jump.
     * @param {() => void} change
     */
    rearrange(change) {
      const before = new Map(all().map((section) => [section, section.getBoundingClientRect()]));
      change();
      if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
      for (const [section, from] of before) {
        if (!section.isConnected) continue;
        const to = section.getBoundingClientRect();
        const [x, y] = [from.left - to.left, from.top - to.top];
        if (Math.abs(x) < 1 && Math.abs(y) < 1) continue;
        const frames = [{ transform: `translate(${x}px, ${y}px)` }, { transform: 'none' }];
        section.animate(frames, { duration: glideMs, easing: 'cubic-bezier(.2,.7,.2,1)' });
      }
    },

    /** @param {readonly string[]} slots those to keep, in their order */
    arrange(slots) {
      for (const section of all()) {
        if (!slots.includes(section.dataset.slot ?? '')) section.remove();
      }
      const wanted = slots.map(find).filter(isElement);
      if (all().every((section, index) => section === wanted[index])) return;
      // What is moved loses the focus, so everything else is moved around the section that has it.
      const pivot = wanted.find((section) => section.contains(document.activeElement));
      const at = pivot === undefined ? wanted.length : wanted.indexOf(pivot);
      for (const section of wanted.slice(0, at)) moveBefore(container, section, pivot ?? null);
      for (const section of wanted.slice(at + 1)) moveBefore(container, section, null);
    },
  };
}

/**
 * A row that was scrolled sideways stays so.
 * @param {HTMLElement} container
 * @param {HTMLElement} section
 * @param {HTMLElement | null} next
 */
function moveBefore(container, section, next) {
  const scrolled = [...section.querySelectorAll('*')]
    .filter(({ scrollLeft }) => scrollLeft > 0)
    .map((row) => /** @type {const} */ ([row, row.scrollLeft]));
  container.insertBefore(section, next);
  for (const [row, left] of scrolled) row.scrollLeft = left;
}

/** @param {unknown} found @returns {found is HTMLElement} */
function isElement(found) {
  return found instanceof HTMLElement;
}
