// @ts-check
// The page works without this. With it: all cases, filters, keys, and both answers side by side with their differences.
// Text reaches the page through textContent only; the page's policy forbids every other way.
'use strict';
(() => {
  const FIRST = 50, PAGE = 200, MAX_TOKENS = 6000, MAX_EDITS = 700;
  /** @typedef {[string, string, string, string, string, string[]]} Row id, change, rate, before, after, tags */
  /** @typedef {{o: string, p: boolean | null, t: string, n: string, f: string, e: string[], s?: [string, string, boolean][]}} Answer */
  /** @typedef {{r: number, b: Answer | null, c: Answer | null}} Pair */
  /** @typedef {{p: Pair[], b: string, c: string, w: string, m: string}} Detail */

  /** @param {string} name @returns {any} */
  const part = (name) => document.querySelector(`[data-part="${name}"]`);
  /** @param {string} tag @param {Record<string, string>} attributes @param {...(Node | string)} children */
  const element = (tag, attributes, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };
  const say = (/** @type {string} */ text) => { part('shown').textContent = text; };
  addEventListener('error', (event) => say(`This page has a fault: ${event.message}`));
  addEventListener('unhandledrejection', (event) => say(`This page has a fault: ${event.reason}`));

  /** @type {{compared: boolean, chunk: number, cases: Row[]}} */
  const index = JSON.parse(part('index').textContent);
  const chunks = [...document.querySelectorAll('[data-part="chunk"]')];
  const where = new Map(index.cases.map((row, number) => [row[0], number]));
  const near = index.cases.map((row) => [row[0], ...row[5], row[3], row[4]].join('\n').toLowerCase());
  /** @type {Map<number, Promise<Detail[]>>} */
  const opened = new Map();
  const table = part('table'), dialog = part('dialog'), find = part('find');
  let shown = index.cases.map((_, number) => number), drawn = 0, current = -1, search = 0, asked = -1;

  /** @param {number} number @returns {Promise<Detail[]>} */
  function chunk(number) {
    let detail = opened.get(number);
    if (!detail) {
      const bytes = Uint8Array.from(atob(chunks[number].textContent || ''), (letter) => letter.charCodeAt(0));
      const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
      detail = new Response(plain).json();
      opened.set(number, detail);
    }
    return detail;
  }

  // ---- the table

  /** @param {number} number */
  function tableRow(number) {
    const [id, change, rate, before, after, tags] = index.cases[number];
    const head = element('th', { scope: 'row' }, element('a', { class: 'id', href: `#${encodeURIComponent(id)}` }, id));
    for (const tag of tags) head.append(' ', element('span', { class: 'tag' }, tag));
    const row = element('tr', { 'data-change': change, 'data-openable': '' }, head,
      element('td', {}, element('span', { class: 'change' }, change)), element('td', { class: 'number' }, rate));
    if (index.compared) row.append(element('td', { class: 'wide brief', dir: 'auto' }, before));
    row.append(element('td', { class: 'wide brief', dir: 'auto' }, after));
    row.addEventListener('click', (event) => {
      if (!(event.target instanceof HTMLAnchorElement) && !String(getSelection())) open(number);
    });
    return row;
  }

  function drawMore() {
    const body = table.tBodies[0], until = Math.min(shown.length, drawn + (drawn ? PAGE : FIRST));
    for (; drawn < until; drawn++) body.append(tableRow(shown[drawn]));
    part('more').hidden = drawn >= shown.length;
    part('more').textContent = `Show ${Math.min(PAGE, shown.length - drawn)} more`;
  }

  function draw() {
    for (const body of [...table.tBodies]) body.remove();
    table.append(element('tbody', {}));
    drawn = 0;
    drawMore();
    say(`${shown.length.toLocaleString('en')} of ${index.cases.length.toLocaleString('en')} cases`);
  }

  async function filter() {
    const turn = ++search, words = find.value.trim().toLowerCase();
    const change = part('change').value, tag = part('tag').value;
    const fits = index.cases.map((row) => (!change || row[1] === change) && (!tag || row[5].includes(tag)));
    const select = (/** @type {(number: number) => boolean} */ found) => {
      shown = index.cases.map((_, number) => number).filter((number) => fits[number] && found(number));
      current = -1;
      draw();
    };
    select((number) => near[number].includes(words));
    if (words.length < 3) return;
    const deep = new Set();
    for (let number = 0; number < chunks.length; number++) {
      const details = await chunk(number);
      if (turn !== search) return;
      details.forEach((detail, offset) => {
        const texts = detail.p.flatMap((pair) => [pair.b?.t ?? '', pair.c?.t ?? '']);
        if (texts.some((text) => text.toLowerCase().includes(words))) deep.add(number * index.chunk + offset);
      });
    }
    if ([...deep].some((number) => fits[number] && !near[number].includes(words)))
      select((number) => near[number].includes(words) || deep.has(number));
  }

  /** @param {string} name @param {string[]} values */
  function choices(name, values) {
    for (const value of [...new Set(values)].sort()) part(name).append(element('option', { value }, value));
  }

  // ---- one case

  /** @param {number} number */
  function open(number) {
    const hash = `#${encodeURIComponent(index.cases[number][0])}`;
    if (location.hash === hash) show(number); else location.hash = hash;
  }

  /** @param {number} number */
  async function show(number) {
    const [id, change, rate, , , tags] = index.cases[number];
    asked = number;
    current = shown.indexOf(number);
    part('case-title').textContent = id;
    part('case-facts').textContent = [change, rate, ...tags].join(' · ');
    part('previous').disabled = current <= 0;
    part('following').disabled = current < 0 || current + 1 >= shown.length;
    const body = part('case-body');
    body.replaceChildren();
    if (!dialog.open) dialog.showModal();
    part('case-title').focus();
    const detail = (await chunk(Math.floor(number / index.chunk)))[number % index.chunk];
    if (asked !== number) return;
    body.replaceChildren(...caseBody(detail));
    body.scrollTop = 0;
  }

  /** @param {Detail} detail */
  function caseBody(detail) {
    const made = [];
    // Where a single answer is shown, it says the reason itself.
    const said = detail.p.length === 1 && !index.compared && detail.p[0].c?.n === detail.m;
    if (detail.m && !said) made.push(element('p', { class: 'note' }, `not measured: ${detail.m}`));
    for (const pair of detail.p) {
      made.push(element('h3', {}, `Repeat ${pair.r}`));
      made.push(index.compared ? compared(pair) : answer(pair.c, 'Answer', [pair.c?.t ?? '']));
    }
    if (!detail.p.length) made.push(element('p', { class: 'quiet' }, 'The answers of this case are not in this page.'));
    if (detail.c || detail.b) made.push(asking(detail));
    if (detail.w) made.push(element('p', { class: 'quiet' }, detail.w));
    return made;
  }

  /** @param {Detail} detail */
  function asking(detail) {
    const box = element('details', {}, element('summary', {}, 'What was asked'));
    const same = !detail.b || !detail.c || detail.b === detail.c;
    if (same) box.append(element('pre', { dir: 'auto' }, detail.c || detail.b));
    else {
      const [before, after] = differences(detail.b, detail.c) ?? [[detail.b], [detail.c]];
      box.append(element('div', { class: 'sides' },
        element('pre', { dir: 'auto' }, ...before), element('pre', { dir: 'auto' }, ...after)));
    }
    return box;
  }

  /** @param {Pair} pair */
  function compared(pair) {
    const before = pair.b?.t ?? '', after = pair.c?.t ?? '';
    const marked = before && after && before !== after ? differences(before, after) : [[before], [after]];
    const sides = element('div', { class: 'sides' },
      answer(pair.b, 'Before', marked ? marked[0] : [before]), answer(pair.c, 'After', marked ? marked[1] : [after]));
    if (!marked) sides.append(element('p', { class: 'quiet' }, 'Too different, or too long, to be marked word by word.'));
    return sides;
  }

  /** @param {Answer | null} side @param {string} name @param {(Node | string)[]} text */
  function answer(side, name, text) {
    const made = element('section', { class: 'answer' });
    if (!side) {
      made.append(element('h4', {}, name), element('p', { class: 'quiet' }, 'no such repeat'));
      return made;
    }
    const kind = side.p === null ? 'none' : side.p ? 'good' : 'bad';
    const word = side.p === null ? side.o : side.p ? 'passed' : 'did not pass';
    made.append(element('h4', {}, `${name} `, element('span', { class: kind }, word)));
    if (side.f) made.append(element('p', { class: 'quiet' }, side.f));
    if (side.n) made.append(element('p', { class: 'note' }, side.n));
    if (side.t || !side.n) made.append(element('pre', { dir: 'auto', tabindex: '0' }, ...text));
    for (const line of side.e) made.append(element('p', { class: 'evidence' }, line));
    if (side.s) made.append(steps(side.s, !side.t));
    return made;
  }

  /** @param {[string, string, boolean][]} taken @param {boolean} open */
  function steps(taken, open) {
    const box = element('details', { class: 'steps' }, element('summary', {}, `${taken.length} steps`));
    box.toggleAttribute('open', open); // without an answer, the steps are what there is to read
    for (const [head, said, bad] of taken) {
      box.append(element('p', { class: bad ? 'step bad' : 'step', dir: 'auto' }, head));
      if (said) box.append(element('pre', { dir: 'auto', tabindex: '0' }, said));
    }
    return box;
  }

  // ---- what differs (Myers 1986, greedy; bounded, so that no text can stop the page)

  /** @param {string} before @param {string} after @returns {[(Node | string)[], (Node | string)[]] | null} */
  function differences(before, after) {
    for (const pattern of [/\s+|[\p{L}\p{M}\p{N}_]+|[^\s]/gu, /[^\n]*\n|[^\n]+/g]) {
      const left = before.match(pattern) ?? [], right = after.match(pattern) ?? [];
      const kept = left.length + right.length <= MAX_TOKENS ? common(left, right) : null;
      if (kept) return [marked(left, kept[0], 'del'), marked(right, kept[1], 'ins')];
    }
    return null;
  }

  /** @param {string[]} a @param {string[]} b @returns {[Uint8Array, Uint8Array] | null} which tokens both have */
  function common(a, b) {
    const inA = new Uint8Array(a.length), inB = new Uint8Array(b.length);
    let start = 0, endA = a.length, endB = b.length;
    while (start < endA && start < endB && a[start] === b[start]) { inA[start] = 1; inB[start] = 1; start++; }
    while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) { inA[--endA] = 1; inB[--endB] = 1; }
    const n = endA - start, m = endB - start, reach = Math.min(n + m, MAX_EDITS), trace = [];
    const far = new Int32Array(2 * reach + 3);
    for (let edits = 0; edits <= reach; edits++) {
      trace.push(far.slice(reach + 1 - edits - 1, reach + 1 + edits + 2));
      for (let k = -edits; k <= edits; k += 2) {
        const down = k === -edits || (k !== edits && far[reach + k] < far[reach + k + 2]);
        let x = down ? far[reach + k + 2] : far[reach + k] + 1, y = x - k;
        while (x < n && y < m && a[start + x] === b[start + y]) { x++; y++; }
        far[reach + 1 + k] = x;
        if (x >= n && y >= m) { walk(trace, n, m, start, inA, inB); return [inA, inB]; }
      }
    }
    return null;
  }

  /** @param {Int32Array[]} trace @param {number} x @param {number} y @param {number} start @param {Uint8Array} inA @param {Uint8Array} inB */
  function walk(trace, x, y, start, inA, inB) {
    for (let edits = trace.length - 1; edits >= 0; edits--) {
      const far = trace[edits], at = (/** @type {number} */ k) => far[k + edits + 1], k = x - y;
      const down = k === -edits || (k !== edits && at(k - 1) < at(k + 1));
      const fromK = down ? k + 1 : k - 1, fromX = edits ? at(fromK) : 0, fromY = fromX - (edits ? fromK : 0);
      while (x > fromX && y > fromY && x > 0 && y > 0) { inA[start + --x] = 1; inB[start + --y] = 1; }
      if (edits) { x = fromX; y = fromY; }
    }
  }

  /** @param {string[]} tokens @param {Uint8Array} kept @param {string} tag */
  function marked(tokens, kept, tag) {
    const made = [];
    for (let from = 0, to = 0; from < tokens.length; from = to) {
      while (to < tokens.length && kept[to] === kept[from]) to++;
      const text = tokens.slice(from, to).join('');
      made.push(kept[from] ? text : element(tag, {}, text));
    }
    return made;
  }

  // ---- keys and links

  /** @param {number} step */
  function move(step) {
    const to = Math.max(0, Math.min(shown.length - 1, current + step));
    if (!shown.length) return;
    if (dialog.open) { if (to !== current) open(shown[to]); return; }
    current = to;
    while (drawn <= to) drawMore();
    table.tBodies[0].rows[to].querySelector('a').focus();
  }

  function leave() {
    const row = table.tBodies[0].rows[current];
    try { history.replaceState(null, '', location.pathname + location.search); } catch { /* a sandbox */ }
    row?.querySelector('a').focus();
  }

  function follow() {
    let id = '';
    try { id = decodeURIComponent(location.hash.slice(1)); } catch { /* not one of ours */ }
    const number = where.get(id);
    if (number !== undefined) show(number); else if (dialog.open) dialog.close();
  }

  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (typing) {
      if (event.key === 'Escape' || (event.key === 'Enter' && event.target === find)) { event.preventDefault(); move(0); }
      return;
    }
    if (event.key === 'j') move(1);
    else if (event.key === 'k') move(-1);
    else if (event.key === '/' && !dialog.open) { event.preventDefault(); find.focus(); find.select(); }
    else if (event.key === 'Enter' && event.target === document.body && current >= 0) open(shown[current]);
  });
  table.addEventListener('focusin', (/** @type {FocusEvent} */ event) => {
    const row = event.target instanceof Element ? event.target.closest('tr') : null;
    if (row && row.parentElement === table.tBodies[0]) current = row.sectionRowIndex;
  });
  dialog.addEventListener('close', leave);
  dialog.addEventListener('click', (/** @type {MouseEvent} */ event) => { if (event.target === dialog) dialog.close(); });
  part('close').addEventListener('click', () => dialog.close());
  part('previous').addEventListener('click', () => move(-1));
  part('following').addEventListener('click', () => move(1));
  part('more').addEventListener('click', drawMore);
  part('filters').addEventListener('submit', (/** @type {Event} */ event) => event.preventDefault());
  let waiting = 0;
  find.addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(filter, 80); });
  part('change').addEventListener('change', filter);
  part('tag').addEventListener('change', filter);
  addEventListener('hashchange', follow);

  choices('change', index.cases.map((row) => row[1]));
  choices('tag', index.cases.flatMap((row) => row[5]));
  part('tags').hidden = part('tag').options.length < 2;
  draw();
  part('filters').hidden = part('keys').hidden = false;
  follow();
})();
