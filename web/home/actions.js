// What a person can want by pressing a button of a card, and the event that says so.

/** @typedef {{ type: string, data: { readonly [name: string]: string } }} Will */

/** By name: the event's type, and the parameter of the URL that becomes its data. */
const actions = new Map([
  ['accept', { type: 'quote.accepted', parameter: 'quote' }],
  ['withdraw', { type: 'withdrawal.requested', parameter: 'contract' }],
]);

/**
 * @param {string} url like `home:accept?quote=q-1`
 * @returns {Will | null} `null`: this client does not know the action
 */
export function willOf(url) {
  const [, name = '', query = ''] = /^home:([a-z]+)\?(.*)$/.exec(url) ?? [];
  const action = actions.get(name);
  const value = action && new URLSearchParams(query).get(action.parameter);
  return action && value ? { type: action.type, data: { [action.parameter]: value } } : null;
}
