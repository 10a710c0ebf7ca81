// @ts-check
// One case: both answers of every repeat side by side, what graders said of them, and what was asked.
'use strict';

/** @typedef {{role: string, text: string}} Said */
/** @typedef {(Node | string)[]} Nodes */

const dialogElement = part('dialog');
/** How answers that are JSON are shown; stays from case to case. */
let asJson = true;

/** @param {Run[]} runs @returns {[Nodes, Nodes]} both sides, with what differs marked */
function markedSides(runs) {
  /** @type {[Nodes, Nodes]} */
  const sides = [[], []];
  for (const { same, before, after } of runs) {
    if (before) sides[0].push(same ? before : element('del', {}, before));
    if (after) sides[1].push(same ? after : element('ins', {}, after));
  }
  return sides;
}

/** @param {Nodes} children */
const preformatted = (children) => element('pre', { dir: 'auto', tabindex: '0' }, ...children);

/** @param {Node} left @param {Node} right */
const sideBySide = (left, right) => element('div', { class: 'sides' }, left, right);

/** A part that is made when it is opened. @param {string} title @param {() => Nodes} made @param {boolean} [open] */
function folded(title, made, open = false) {
  const box = /** @type {HTMLDetailsElement} */ (element('details', {}, element('summary', {}, title)));
  const fill = () => { if (box.open && box.children.length === 1) box.append(...made()); };
  box.addEventListener('toggle', fill);
  box.open = open;
  fill();
  return box;
}

/** @param {Detail} detail @param {{before: Said[] | undefined, after: Said[]}} asked @param {boolean} compared @returns {Nodes} */
function caseBody(detail, asked, compared) {
  /** @type {Nodes} */
  const made = [], pairs = detail.p ?? [];
  // Where a single answer is shown, it says the reason itself.
  const said = pairs.length === 1 && !compared && pairs[0].c?.n === detail.m;
  if (detail.m && !said) made.push(element('p', { class: 'note' }, `not measured: ${detail.m}`));
  if (detail.left) made.push(element('p', { class: 'note' }, 'The answers of this case are left out, to keep the page small.'));
  else if (!pairs.length) made.push(element('p', { class: 'quiet' }, 'No answer was kept.'));
  const drawn = pairs.map((pair) => (compared ? new BothAnswers(pair.b, pair.c) : null));
  if (drawn.some((each) => each?.isJson)) made.push(jsonSwitch(() => drawn.forEach((each) => each?.draw())));
  pairs.forEach((pair, place) => {
    const isAlone = pairs.length === 1 && pair.r === 1; // its heading would say nothing, but headings have an order
    made.push(element('h3', isAlone ? { class: 'unseen' } : {}, `Repeat ${pair.r}`));
    made.push(...onePair(pair, drawn[place]));
  });
  if (asked.after.length || asked.before) made.push(prompts(asked));
  if (detail.k) made.push(command(detail.k));
  if (detail.w) made.push(element('p', { class: 'quiet place' }, detail.w));
  return made;
}

/** @param {Pair} pair @param {BothAnswers | null} both null: there is but one side @returns {Nodes} */
function onePair(pair, both) {
  const made = [both ? both.box : answer(pair.c, 'Answer', [preformatted([pair.c?.t ?? ''])])], compared = both !== null;
  if (pair.g) made.push(grades(pair.g, compared));
  if (pair.s) made.push(steps(pair.s, compared, !pair.c?.t));
  const tries = [pair.b?.a, pair.c?.a];
  if (tries[0] || tries[1]) made.push(attempts(tries, compared));
  return made;
}

// ---- the answers

/** Both answers of a repeat, drawn as JSON or as text. */
class BothAnswers {
  /** @param {Answer | undefined} before @param {Answer | undefined} after */
  constructor(before, after) {
    this.before = before;
    this.after = after;
    this.trees = before?.t && after?.t && before.t !== after.t ? [jsonTree(before.t), jsonTree(after.t)] : [null, null];
    this.isJson = this.trees[0] !== null && this.trees[1] !== null;
    this.box = element('div', {});
    this.draw();
  }

  draw() {
    const { before, after, trees: [left, right] } = this;
    if (!asJson || !left || !right) this.box.replaceChildren(...textSides(before, after));
    else this.box.replaceChildren(sideBySide(answer(before, 'Before', []), answer(after, 'After', [])), jsonTable(left, right));
  }
}

/** @param {Answer | undefined} before @param {Answer | undefined} after @returns {Nodes} */
function textSides(before, after) {
  const left = before?.t ?? '', right = after?.t ?? '';
  const runs = left && right ? differences(left, right) : [{ same: true, before: left, after: right }];
  const whole = runs.length === 1 && !runs[0].same;
  const sides = whole ? [[left], [right]] : markedSides(runs);
  const made = [sideBySide(answer(before, 'Before', [preformatted(sides[0])]), answer(after, 'After', [preformatted(sides[1])]))];
  if (whole) made.push(element('p', { class: 'quiet' }, 'The two have next to nothing in common, or are too long to be marked.'));
  else if (left && left === right) made.push(element('p', { class: 'quiet' }, 'Both answers are the same.'));
  return made;
}

/** @param {Answer | undefined} side @param {string} name @param {Nodes} text */
function answer(side, name, text) {
  const made = element('section', { class: 'answer' });
  if (!side) {
    made.append(element('h4', {}, name), element('p', { class: 'quiet' }, 'no such repeat'));
    return made;
  }
  const kind = side.p === undefined ? 'none' : side.p ? 'good' : 'bad';
  const word = side.p === undefined ? side.o : side.p ? 'passed' : 'did not pass';
  made.append(element('h4', {}, `${name} `, element('span', { class: kind }, word)));
  if (side.f) made.append(element('p', { class: 'quiet' }, side.f));
  if (side.n) made.append(element('p', { class: 'note' }, side.n));
  if (side.t || !side.n) made.append(...text);
  for (const line of side.e ?? []) made.append(element('p', { class: 'evidence' }, line));
  return made;
}

/** @param {() => void} draw */
function jsonSwitch(draw) {
  const buttons = ['JSON', 'Text'].map((name) => element('button', { type: 'button', 'data-view': name }, name));
  const mark = () => buttons.forEach((button, place) => button.setAttribute('aria-pressed', String(asJson === (place === 0))));
  buttons.forEach((button, place) => button.addEventListener('click', () => { asJson = place === 0; mark(); draw(); }));
  mark();
  return element('div', { class: 'switch', role: 'group', 'aria-label': 'Show both answers as' }, ...buttons);
}

/** @param {Tree} before @param {Tree} after */
function jsonTable(before, after) {
  const leaves = jsonDifferences(before, after), changed = leaves.filter((leaf) => leaf.kind !== 'same');
  const same = leaves.filter((leaf) => leaf.kind === 'same');
  const box = element('div', { class: 'json' });
  if (changed.length) box.append(valueTable(changed));
  else box.append(element('p', { class: 'quiet' }, 'The values are the same; only blanks or the order of keys differ.'));
  if (same.length) box.append(folded(`${same.length} the same`, () => [valueTable(same)]));
  return box;
}

/** @param {Leaf[]} leaves */
function valueTable(leaves) {
  const body = element('tbody', {});
  for (const leaf of leaves) {
    const at = spellPath(leaf.after === null ? leaf.atBefore : leaf.atAfter);
    const sides = leaf.kind === 'changed' ? markedSides(differences(leaf.before ?? '', leaf.after ?? ''))
      : [leaf.before === null ? [] : [mark(leaf, 'removed', 'del')], leaf.after === null ? [] : [mark(leaf, 'added', 'ins')]];
    body.append(element('tr', { 'data-kind': leaf.kind }, element('th', { scope: 'row' }, at),
      element('td', {}, leaf.kind), element('td', { dir: 'auto' }, ...sides[0]), element('td', { dir: 'auto' }, ...sides[1])));
  }
  const heads = ['Path', '', 'Before', 'After'].map((name) => element(name ? 'th' : 'td', name ? { scope: 'col' } : {}, name));
  return element('div', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': 'Values of both answers' },
    element('table', { class: 'values' }, element('thead', {}, element('tr', {}, ...heads)), body));
}

/** @param {Leaf} leaf @param {string} kind @param {string} tag */
function mark(leaf, kind, tag) {
  const text = (kind === 'added' ? leaf.after : leaf.before) ?? '';
  return leaf.kind === kind ? element(tag, {}, text) : text;
}

// ---- grades, steps, attempts

/** @param {GradePair[]} pairs @param {boolean} compared */
function grades(pairs, compared) {
  const body = element('tbody', {});
  for (const [name, grader, place, changed, before, after] of pairs) {
    const head = element('th', { scope: 'row' }, name);
    if (grader !== name) head.append(' ', element('span', { class: 'quiet' }, grader));
    if (changed) head.append(' ', element('span', { class: 'tag' }, 'changed'));
    if (place) head.append(element('p', { class: 'quiet place' }, place));
    const row = element('tr', {}, head, ...(compared ? [grade(before)] : []), grade(after));
    row.toggleAttribute('data-changed', changed === 1);
    body.append(row);
  }
  const heads = ['Grade', ...(compared ? ['Before', 'After'] : ['Said'])].map((name) => element('th', { scope: 'col' }, name));
  return element('div', { class: 'scroll', tabindex: '0', role: 'group', 'aria-label': 'Grades' },
    element('table', { class: 'grades' }, element('thead', {}, element('tr', {}, ...heads)), body));
}

/** @param {Grade | null} given */
function grade(given) {
  if (!given) return element('td', { class: 'quiet' }, 'not graded');
  const [said, passed, evidence] = given, kind = passed === null ? 'none' : passed ? 'good' : 'bad';
  const cell = element('td', {}, element('span', { class: kind }, said));
  if (evidence) cell.append(element('p', { class: 'said', dir: 'auto' }, evidence));
  return cell;
}

/** @param {[Step | null, Step | null][]} pairs @param {boolean} compared @param {boolean} open */
function steps(pairs, compared, open) {
  const counts = [0, 1].map((side) => pairs.filter((pair) => pair[side]).length);
  const title = compared ? `${counts[0]} → ${counts[1]} steps` : counts[1] === 1 ? '1 step' : `${counts[1]} steps`;
  const box = folded(title, () => pairs.map(([before, after]) => {
    if (!compared) return step(after, [after?.[1] ?? ''], [after?.[3] ?? '']);
    const what = stepTexts(before, after, 1), said = stepTexts(before, after, 3);
    return sideBySide(step(before, what[0], said[0]), step(after, what[1], said[1]));
  }), open); // without an answer, the steps are what there is to read
  box.classList.add('steps');
  return box;
}

/** @param {Step | null} before @param {Step | null} after @param {1 | 3} field @returns {[Nodes, Nodes]} */
function stepTexts(before, after, field) {
  if (before && after) return markedSides(differences(before[field], after[field]));
  return [[before?.[field] ?? ''], [after?.[field] ?? '']];
}

/** @param {Step | null} taken @param {Nodes} what @param {Nodes} said */
function step(taken, what, said) {
  if (!taken) return element('div', { class: 'step quiet' }, 'no such step');
  const [number, , facts, text, bad] = taken;
  const made = element('div', { class: bad ? 'step bad' : 'step', dir: 'auto' }, element('p', {}, `${number}. `, ...what));
  if (facts) made.append(element('p', { class: 'quiet' }, facts));
  if (text) made.append(preformatted(said));
  return made;
}

/** @param {(string[] | undefined)[]} tries @param {boolean} compared */
function attempts(tries, compared) {
  const list = (/** @type {string[] | undefined} */ lines) =>
    element('div', {}, ...(lines ?? ['1 attempt']).map((line) => element('p', { class: 'attempt' }, line)));
  const counts = tries.map((lines) => lines?.length ?? 1);
  return folded(compared ? `${counts[0]} → ${counts[1]} attempts` : `${counts[1]} attempts`,
    () => [compared ? sideBySide(list(tries[0]), list(tries[1])) : list(tries[1])]);
}

// ---- what was asked, and how to ask it again

/** @param {{before: Said[] | undefined, after: Said[]}} asked */
function prompts({ before, after }) {
  if (!before) return folded('What was asked', () => after.flatMap((said) => message(said, [said.text])));
  return folded('What was asked, differently on both sides', () => {
    const kept = common(before.map((said) => said.role), after.map((said) => said.role));
    /** @type {Nodes} */
    const made = [];
    for (let i = 0, j = 0; i < before.length || j < after.length;) {
      const left = i < before.length && !kept?.[0][i], right = j < after.length && !kept?.[1][j], both = left === right;
      made.push(...messages(both || left ? before[i++] : undefined, both || right ? after[j++] : undefined));
    }
    return made;
  });
}

/** @param {Said | undefined} before @param {Said | undefined} after @returns {Nodes} */
function messages(before, after) {
  if (before && after && before.text === after.text && before.role === after.role) return message(after, [after.text]);
  const sides = markedSides(differences(before?.text ?? '', after?.text ?? ''));
  const one = (/** @type {Said | undefined} */ said, /** @type {Nodes} */ text) => said
    ? element('div', {}, ...message(said, text)) : element('p', { class: 'quiet' }, 'no such message');
  return [sideBySide(one(before, sides[0]), one(after, sides[1]))];
}

/** @param {Said} said @param {Nodes} text @returns {Nodes} */
const message = (said, text) => [...(said.role ? [element('h4', {}, said.role)] : []), preformatted(text)];

/** @param {string} text */
function command(text) {
  const code = element('code', { 'data-part': 'command' }, text);
  const button = element('button', { type: 'button', 'data-part': 'copy-command' }, 'Copy');
  button.addEventListener('click', () => copy(text, code));
  return element('div', { class: 'command' }, element('h3', {}, 'Ask this case again'), element('p', {}, code, ' ', button));
}

/** Where the clipboard is not allowed (a sandbox), the text is selected, so that one key copies it.
 * @param {string} text @param {Element} shown where the same text stands */
async function copy(text, shown) {
  const told = part('copied');
  try {
    await navigator.clipboard.writeText(text);
    told.textContent = 'Copied.';
  } catch {
    getSelection()?.selectAllChildren(shown);
    let done = false;
    try { done = document.execCommand('copy'); } catch { /* not allowed either */ }
    told.textContent = done ? 'Copied.' : 'This page may not copy; the text is selected, so copy it by key.';
  }
}
