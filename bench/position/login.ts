// The events of the bench: each with an id and a user of its own.

/** `run` keeps the events of one run apart from those of all others. */
export type Login = { run: string; index: number };

export const source = '/bench/sessions';
export const type = 'user.logged-in';

export const userOf = ({ run, index }: Login): string => `${run}-user-${pad(index)}`;
export const idOf = ({ run, index }: Login): string => `${run}-login-${pad(index)}`;

export const data = {
  device: 'phone, 390 by 844, dark, reduced motion',
  locale: 'en-US',
  basket: ['cast-iron-skillet-26', 'linen-apron-gray', 'pepper-mill-beech', 'salt-roads-2nd-ed'],
};

/** A CloudEvent as JSON text. */
export const eventJson = (login: Login): string => JSON.stringify(eventOf(login));

export function eventOf(login: Login) {
  return { specversion: '1.0', source, type, id: idOf(login), subject: userOf(login), data };
}

/** So that all events have the same length. */
function pad(index: number): string {
  return String(index).padStart(8, '0');
}
