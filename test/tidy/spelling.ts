// British spellings, and how we write the same words.

import { type File, linesLike } from './files.ts';

/** Parts of words, so that identifiers and every form of a word are found. */
const american = new Map(
  Object.entries({
    analyse: 'analyze',
    artefact: 'artifact',
    behaviour: 'behavior',
    cancelled: 'canceled',
    cancelling: 'canceling',
    catalogue: 'catalog',
    centre: 'center',
    colour: 'color',
    defence: 'defense',
    favour: 'favor',
    flavour: 'flavor',
    grey: 'gray',
    honour: 'honor',
    judgement: 'judgment',
    // HTML spells aria-labelledby its own way.
    'labelled(?!by)': 'labeled',
    licence: 'license',
    modelled: 'modeled',
    neighbour: 'neighbor',
    signalled: 'signaled',
    travelled: 'traveled',
    whilst: 'while',
  }),
);

const stemsOfVerbs = [
  ...['author', 'canonical', 'categor', 'character', 'custom', 'emphas', 'final', 'general'],
  ...['initial', 'maxim', 'minim', 'normal', 'optim', 'organ', 'priorit', 'random'],
  ...['real', 'recogn', 'sanit', 'serial', 'special', 'stabil', 'standard', 'summar', 'synchron'],
  ...['token', 'util', 'visual'],
];
for (const stem of stemsOfVerbs) {
  for (const end of ['e', 'ing', 'ation']) american.set(`${stem}is${end}`, `${stem}iz${end}`);
}

/** Lines that are spelled the British way, each with the word to write instead. */
export function spelledBritish(among: readonly File[]): string[] {
  return [...american].flatMap(([british, word]) =>
    linesLike(new RegExp(british, 'i'), among).map((line) => `${line} → ${word}`),
  );
}
