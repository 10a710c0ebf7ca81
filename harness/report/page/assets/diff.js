// @ts-check
// What differs between two texts. Pure: text in, runs out. Bounded, so that no text can stop the page.
'use strict';

/**
 * A stretch that both sides share, or what stands on either side in its place. All `before` in a row are the first
 * text, all `after` the second, to the letter.
 * @typedef {{same: boolean, before: string, after: string}} Run
 */

const MOST_TOKENS = 6000, MOST_EDITS = 800;
/** Words; scripts that put no blanks between words go letter by letter. */
const WORD = /\s+|[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]\p{M}*|(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}])[\p{L}\p{M}\p{N}_])+|\S/gu;
const LINE = /[^\n]*\n|[^\n]+/g;

/**
 * Word by word; of long texts line by line first, and words only within lines that were replaced.
 * @param {string} before @param {string} after @returns {Run[]}
 */
function differences(before, after) {
  if (before === after) return before ? [{ same: true, before, after }] : [];
  return byWords(before, after) ?? byLines(before, after);
}

/** @param {string} before @param {string} after @returns {Run[] | null} null: too long, or too different */
function byWords(before, after) {
  const left = before.match(WORD) ?? [], right = after.match(WORD) ?? [];
  const runs = left.length + right.length <= MOST_TOKENS ? runsOf(left, right) : null;
  return runs && tidied(runs);
}

/** @param {string} before @param {string} after @returns {Run[]} */
function byLines(before, after) {
  const left = before.match(LINE) ?? [], right = after.match(LINE) ?? [];
  const runs = left.length + right.length <= MOST_TOKENS ? runsOf(left, right) : null;
  if (!runs) return [{ same: false, before, after }];
  let room = 4; // of the larger blocks
  return runs.flatMap((run) => {
    if (run.same || !run.before || !run.after) return [run];
    if (run.before.length + run.after.length > 2000 && --room < 0) return [run];
    return byWords(run.before, run.after) ?? [run];
  });
}

/** @param {string[]} left @param {string[]} right @returns {Run[] | null} */
function runsOf(left, right) {
  const kept = common(left, right);
  if (!kept) return null;
  /** @type {Run[]} */
  const runs = [];
  for (let i = 0, j = 0; i < left.length || j < right.length;) {
    const same = i < left.length && j < right.length && kept[0][i] === 1 && kept[1][j] === 1;
    const from = i, start = j;
    if (same) while (i < left.length && j < right.length && kept[0][i] && kept[1][j]) { i++; j++; }
    else {
      while (i < left.length && !kept[0][i]) i++;
      while (j < right.length && !kept[1][j]) j++;
    }
    runs.push({ same, before: left.slice(from, i).join(''), after: right.slice(start, j).join('') });
  }
  return runs;
}

/**
 * Islands that are shorter than what changed on both sides of them are no help to a reader: they join the change.
 * @param {Run[]} runs @returns {Run[]}
 */
function tidied(runs) {
  /** @type {Run[]} */
  const kept = [];
  const size = (/** @type {Run} */ run) => Math.max(run.before.length, run.after.length);
  for (const run of runs) {
    const island = kept[kept.length - 1], first = kept[kept.length - 2];
    if (!run.same && island?.same && first && !first.same && size(island) <= Math.min(size(first), size(run))) {
      kept.splice(-2, 2, {
        same: false,
        before: first.before + island.before + run.before,
        after: first.after + island.after + run.after,
      });
    } else kept.push(run);
  }
  return kept;
}

/**
 * Which tokens both sides have, in order (Myers 1986, greedy).
 * @param {string[]} a @param {string[]} b @returns {[Uint8Array, Uint8Array] | null} null: more than `MOST_EDITS` differ
 */
function common(a, b) {
  const inA = new Uint8Array(a.length), inB = new Uint8Array(b.length);
  let start = 0, endA = a.length, endB = b.length;
  while (start < endA && start < endB && a[start] === b[start]) { inA[start] = 1; inB[start] = 1; start++; }
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) { inA[--endA] = 1; inB[--endB] = 1; }
  const n = endA - start, m = endB - start, reach = Math.min(n + m, MOST_EDITS), trace = [];
  const far = new Int32Array(2 * reach + 3);
  for (let edits = 0; edits <= reach; edits++) {
    trace.push(far.slice(reach + 1 - edits - 1, reach + 1 + edits + 2));
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits || (k !== edits && far[reach + k] < far[reach + k + 2]);
      let x = down ? far[reach + k + 2] : far[reach + k] + 1, y = x - k;
      while (x < n && y < m && a[start + x] === b[start + y]) { x++; y++; }
      far[reach + 1 + k] = x;
      if (x >= n && y >= m) { walk(trace, [n, m], start, [inA, inB]); return [inA, inB]; }
    }
  }
  return null;
}

/** @param {Int32Array[]} trace @param {[number, number]} end @param {number} start @param {[Uint8Array, Uint8Array]} kept */
function walk(trace, [x, y], start, [inA, inB]) {
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const far = trace[edits], at = (/** @type {number} */ k) => far[k + edits + 1], k = x - y;
    const down = k === -edits || (k !== edits && at(k - 1) < at(k + 1));
    const fromK = down ? k + 1 : k - 1, fromX = edits ? at(fromK) : 0, fromY = fromX - (edits ? fromK : 0);
    while (x > fromX && y > fromY && x > 0 && y > 0) { inA[start + --x] = 1; inB[start + --y] = 1; }
    if (edits) { x = fromX; y = fromY; }
  }
}
