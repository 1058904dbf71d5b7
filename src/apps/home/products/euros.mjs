// @ts-check
// Amounts as people read them. Products count in whole cents.

const exact = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' });
const whole = new Intl.NumberFormat('en-IE', {
  ...{ style: 'currency', currency: 'EUR', maximumFractionDigits: 0 },
});

/** "€349" or "€31.40": cents only where there are any. @param {number} cents */
export function euros(cents) {
  return (cents % 100 === 0 ? whole : exact).format(cents / 100);
}

/** "€35.00": for amounts below each other. @param {number} cents */
export function eurosAndCents(cents) {
  return exact.format(cents / 100);
}

/** @param {number} cents @param {number} percent To whole cents. */
export function reduced(cents, percent) {
  return Math.round((cents * (100 - percent)) / 100);
}
