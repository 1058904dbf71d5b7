// @ts-check
// Moments as people of our time zone read them.

const timeZone = 'Europe/Berlin';
const wall = new Intl.DateTimeFormat('sv-SE', {
  timeZone,
  dateStyle: 'short',
  timeStyle: 'medium',
});
const day = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'medium' });
const offset = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });

/** "2026-11-24T18:00:00+01:00". @param {Date} date */
export function zonedTime(date) {
  const name = offset.formatToParts(date).find(({ type }) => type === 'timeZoneName')?.value;
  const shift = name?.slice('GMT'.length) || '+00:00';
  return `${wall.format(date).replace(' ', 'T')}${shift}`;
}

/** "24 Nov 2026". @param {Date} date */
export function calendarDay(date) {
  return day.format(date);
}

/** "14:36". @param {Date} date */
export function wallClock(date) {
  return wall.format(date).slice('2026-11-24 '.length, '2026-11-24 14:36'.length);
}
