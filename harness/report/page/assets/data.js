// @ts-check
// What the page carries, and how it is unpacked. `details.py` writes it; everything is hostile text.
'use strict';

/** @typedef {{names: string[], of: number[][]}} Coded names once, and their numbers for every case */
/**
 * Column by column, a value for every case, worst case first.
 * @typedef {{compared: boolean, starts: number[], ids: string[], changes: Coded, tags: Coded, failing: Coded, worse: number[],
 *   passed: string[], points: string[], score: (number | null)[], costs: string[], cost: (number | null)[],
 *   times: string[], time: (number | null)[], before: string[], after: string[]}} Index
 */
/** @typedef {[said: string, passed: boolean | null, evidence: string]} Grade */
/** @typedef {[name: string, grader: string, place: string, changed: number, before: Grade | null, after: Grade | null]} GradePair */
/** @typedef {[number: number, what: string, facts: string, said: string, bad: number]} Step */
/** @typedef {[role: string, text: number][]} Asked texts by number: those of `shared` first, then those of the chunk */
/**
 * Outcome, whether it passed, text, note, facts, evidence, attempts; empty ones are not there.
 * @typedef {{o: string, p?: boolean, t?: string, n?: string, f?: string, e?: string[], a?: string[]}} Answer
 */
/** @typedef {{r: number, b?: Answer, c?: Answer, g?: GradePair[], s?: [Step | null, Step | null][]}} Pair a repeat */
/**
 * Place, why it is not measured, command, what was asked before (if it differs) and after, repeats; `left`: left out.
 * @typedef {{w: string, m: string, k: string, b?: Asked, c?: Asked, p?: Pair[], left?: 1}} Detail
 */
/** @typedef {{texts: string[], cases: Detail[]}} Chunk */

const KEPT_CHUNKS = 6;

/** @param {string} name @returns {any} */
const part = (name) => document.querySelector(`[data-part="${name}"]`);

/** Text reaches the page through `textContent` and text nodes only; its policy forbids every other way.
 * @param {string} tag @param {Record<string, string>} attributes @param {...(Node | string)} children */
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** Browsers unpack gzip themselves; Zstandard takes half the room, since it looks further back. @param {Element} packed */
function textOf(packed) {
  const bytes = Uint8Array.from(atob(packed.textContent ?? ''), (letter) => letter.charCodeAt(0));
  return new TextDecoder().decode(fzstd.decompress(bytes));
}

const chunkElements = [...document.querySelectorAll('[data-part="chunk"]')];
/** @type {Map<number, Chunk>} the last few that were looked at */
const openChunks = new Map();
/** @type {string[] | undefined} */
let sharedTexts;

/** @param {number} number @returns {Chunk} */
function chunkOf(number) {
  const chunk = openChunks.get(number) ?? JSON.parse(textOf(chunkElements[number]));
  openChunks.delete(number);
  openChunks.set(number, chunk); // the newest is last
  for (const old of [...openChunks.keys()].slice(0, -KEPT_CHUNKS)) openChunks.delete(old);
  return chunk;
}

/** @param {Index} index @param {number} number of a case @returns {number} of its chunk */
function chunkNumber(index, number) {
  let low = 0, high = index.starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (index.starts[middle] <= number) low = middle; else high = middle - 1;
  }
  return low;
}

/** @param {Index} index @param {number} number of a case */
function detailOf(index, number) {
  const place = chunkNumber(index, number);
  /** @type {string[]} */
  const shared = sharedTexts ??= JSON.parse(textOf(part('shared')));
  const chunk = chunkOf(place);
  const said = (/** @type {Asked | undefined} */ asked) => (asked ?? []).map(([role, text]) =>
    ({ role, text: text < shared.length ? shared[text] : chunk.texts[text - shared.length] }));
  const detail = chunk.cases[number - index.starts[place]];
  return { detail, asked: { before: detail.b && said(detail.b), after: said(detail.c) } };
}

/**
 * The numbers of the cases in one chunk whose answers hold `words`, which are in lower case.
 * @param {Index} index @param {number} place @param {string} words @returns {number[]}
 */
function casesWith(index, place, words) {
  const text = textOf(chunkElements[place]);
  if (!text.toLowerCase().includes(JSON.stringify(words).slice(1, -1))) return []; // spares reading it
  /** @type {Chunk} */
  const chunk = JSON.parse(text);
  return chunk.cases.flatMap((detail, offset) => {
    const answers = (detail.p ?? []).flatMap((pair) => [pair.b, pair.c]);
    const found = answers.some((answer) => `${answer?.t ?? ''}\n${answer?.n ?? ''}`.toLowerCase().includes(words));
    return found ? [index.starts[place] + offset] : [];
  });
}
