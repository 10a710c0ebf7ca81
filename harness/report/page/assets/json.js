// @ts-check
// What differs between two JSON texts, whatever the order of their keys. Pure, and bounded.
'use strict';

/**
 * @typedef {{type: 'object', keys: Map<string, Tree>, spelled: string}
 *   | {type: 'array', items: Tree[], spelled: string} | {type: 'value', spelled: string}} Tree
 * `spelled` is the same for equal values: keys in order, numbers as they were written.
 */
/** @typedef {(string | number)[]} Path */
/**
 * One value, or a whole part that is the same, only there, or of another kind; null: not on that side.
 * @typedef {{kind: 'same' | 'changed' | 'added' | 'removed', atBefore: Path, atAfter: Path, before: string | null, after: string | null}} Leaf
 */

const MOST_VALUES = 4000, DEEPEST = 60;

/**
 * The object or array that a text is, also in a fence of Markdown. Numbers keep their digits: two large ones that
 * differ in the last one are not the same.
 * @param {string} text @returns {Tree | null} null: it is none, has a key twice, or is too large
 */
function jsonTree(text) {
  const plain = text.trim().replace(/^```(?:json)?[ \t]*\n([^]*)\n```$/, '$1').trim();
  if (!/^[[{]/.test(plain)) return null;
  try { JSON.parse(plain); } catch { return null; }
  const tokens = plain.match(/"(?:[^"\\]|\\.)*"|[-+.\w]+|[{}[\],:]/g) ?? [];
  return tokens.length > 6 * MOST_VALUES ? null : treeOf(tokens);
}

/** @param {string[]} tokens of a text that is known to be JSON @returns {Tree | null} */
function treeOf(tokens) {
  let next = 0, values = 0;
  /** @param {number} depth @returns {Tree | null} */
  const value = (depth) => {
    if (++values > MOST_VALUES || depth > DEEPEST) return null;
    const token = tokens[next++];
    if (token === '{') return object(depth);
    if (token === '[') return array(depth);
    return { type: 'value', spelled: token[0] === '"' ? JSON.stringify(JSON.parse(token)) : token };
  };
  /** @param {number} depth @returns {Tree | null} */
  const object = (depth) => {
    /** @type {Map<string, Tree>} */
    const keys = new Map();
    while (tokens[next] !== '}') {
      if (tokens[next] === ',') next++;
      const key = JSON.parse(tokens[next]);
      next += 2;
      const made = value(depth + 1);
      if (!made || keys.has(key)) return null;
      keys.set(key, made);
    }
    next++;
    const spelled = [...keys].map(([key, made]) => `${JSON.stringify(key)}: ${made.spelled}`).sort();
    return { type: 'object', keys, spelled: `{${spelled.join(', ')}}` };
  };
  /** @param {number} depth @returns {Tree | null} */
  const array = (depth) => {
    const items = [];
    while (tokens[next] !== ']') {
      if (tokens[next] === ',') next++;
      const made = value(depth + 1);
      if (!made) return null;
      items.push(made);
    }
    next++;
    return { type: 'array', items, spelled: `[${items.map((item) => item.spelled).join(', ')}]` };
  };
  return value(0);
}

/** @param {Tree} before @param {Tree} after @returns {Leaf[]} */
function jsonDifferences(before, after) {
  /** @type {Leaf[]} */
  const leaves = [];
  compareTrees(before, after, [], [], leaves);
  return leaves;
}

/** @param {Tree} a @param {Tree} b @param {Path} atBefore @param {Path} atAfter @param {Leaf[]} leaves */
function compareTrees(a, b, atBefore, atAfter, leaves) {
  if (a.type === 'object' && b.type === 'object' && a.spelled !== b.spelled && a.keys.size && b.keys.size) {
    for (const key of new Set([...a.keys.keys(), ...b.keys.keys()]))
      compareParts(a.keys.get(key), b.keys.get(key), [...atBefore, key], [...atAfter, key], leaves);
  } else if (a.type === 'array' && b.type === 'array' && a.spelled !== b.spelled && a.items.length && b.items.length) {
    compareItems(a.items, b.items, atBefore, atAfter, leaves);
  } else {
    const kind = a.spelled === b.spelled ? 'same' : 'changed';
    leaves.push({ kind, atBefore, atAfter, before: a.spelled, after: b.spelled });
  }
}

/** @param {Tree | undefined} a @param {Tree | undefined} b @param {Path} atBefore @param {Path} atAfter @param {Leaf[]} leaves */
function compareParts(a, b, atBefore, atAfter, leaves) {
  if (a && b) compareTrees(a, b, atBefore, atAfter, leaves);
  else if (a) leaves.push({ kind: 'removed', atBefore, atAfter, before: a.spelled, after: null });
  else if (b) leaves.push({ kind: 'added', atBefore, atAfter, before: null, after: b.spelled });
}

/**
 * Equal items are held against each other wherever they stand; what lies between them pair by pair.
 * @param {Tree[]} a @param {Tree[]} b @param {Path} atBefore @param {Path} atAfter @param {Leaf[]} leaves
 */
function compareItems(a, b, atBefore, atAfter, leaves) {
  const spell = (/** @type {Tree[]} */ items) => items.map((item) => item.spelled);
  const kept = common(spell(a), spell(b)) ?? [new Uint8Array(a.length), new Uint8Array(b.length)];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const left = i < a.length && !kept[0][i], right = j < b.length && !kept[1][j];
    const both = left === right; // two that are kept, or two that are not
    const one = both || left ? i++ : -1, other = both || right ? j++ : -1;
    compareParts(a[one], b[other], [...atBefore, one], [...atAfter, other], leaves);
  }
}

/** @param {Path} path @returns {string} `$.items[2].name` */
function spellPath(path) {
  return '$' + path.map((key) => {
    if (typeof key === 'number') return `[${key}]`;
    return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  }).join('');
}
