// The countdown: a card that says until when. A client that keeps the variable `now` (the time in
// seconds) sees what is left of it; rendered on the server, `now` is 0 and the date is shown.

import { type Div, DivContainer, expression } from '@divkitframework/jsonbuilder';
import { cardWith } from './card.ts';
import type { Accent } from './palette.ts';
import { ground, say, sides } from './parts.ts';
import type { CardData, CountdownData } from './schema.ts';

export function countdown({ label, until, ...data }: CountdownData): Div {
  return cardWith([timeLeft(label, until, data.accent)], data);
}

/** The same for clients that cannot count: the date is one of the facts. */
export function withoutCountdown({ label, until, facts = [], ...data }: CountdownData): CardData {
  return { ...data, facts: [{ label, value: dateIn(until) }, ...facts].slice(0, 3) };
}

function timeLeft(label: string, until: string, accent: Accent): Div {
  const seconds = Math.floor(Date.parse(until) / 1000);
  const left = expression(`@{${ticking(seconds, `until ${dateIn(until)}`)}}`);
  return new DivContainer({
    margins: { top: 14 },
    paddings: sides(16, 12),
    background: ground(`${accent}-tint`),
    border: { corner_radius: 16 },
    items: [
      say(label, { size: 'small', in: 'muted', lines: 1 }),
      say(left, { size: 'strong', in: `${accent}-ink`, lines: 1 }),
    ],
  });
}

/** `2 days 03:04:05 left`, evaluated by the client each time `now` changes. */
export function ticking(until: number | string, date: string): string {
  const left = `(${until}-now)`;
  const two = (value: string) => `padStart(toString(${value}),2,'0')`;
  const days = `${left}/86400`;
  const clock = [`${left}/3600%24`, `${left}/60%60`, `${left}%60`].map(two).join("+':'+");
  const inDays = `(${days}==0?'':${days}==1?'1 day ':toString(${days})+' days ')`;
  return `now==0?'${date}':now>=${until}?'ended':${inDays}+${clock}+' left'`;
}

/** `24 Nov, 18:00 (UTC+1)`, in the time zone that the date was written in. */
function dateIn(until: string): string {
  const [, month = '', day, hour, minute, zone = 'Z'] =
    /^\d+-(\d+)-(\d+)T(\d+):(\d+).*?(Z|[+-]\d\d:\d\d)$/.exec(until) ?? [];
  return `${Number(day)} ${months[Number(month) - 1]}, ${hour}:${minute} (${nameOf(zone)})`;
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

function nameOf(zone: string): string {
  const [sign, hours, minutes] = [zone.slice(0, 1), Number(zone.slice(1, 3)), zone.slice(4)];
  if (zone === 'Z' || zone.slice(1) === '00:00') return 'UTC';
  return `UTC${sign === '-' ? '−' : '+'}${hours}${minutes === '00' ? '' : `:${minutes}`}`;
}
