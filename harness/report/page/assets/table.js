// @ts-check
// The list of cases: filtered, sorted, a page of rows at a time.
'use strict';

const PAGE = 100;
/** What a column is sorted by, and whether its first click sorts upwards. @type {Record<string, {up: boolean, of: (index: Index) => (string | number | null)[]}>} */
const ORDERS = {
  harm: { up: false, of: (index) => index.ids.map((_, number) => -number) },
  id: { up: true, of: (index) => index.ids },
  score: { up: true, of: (index) => index.score },
  cost: { up: false, of: (index) => index.cost },
  time: { up: false, of: (index) => index.time },
};

class Cases {
  /** @param {Index} index @param {(number: number) => void} openCase */
  constructor(index, openCase) {
    this.index = index;
    this.openCase = openCase;
    this.numbers = new Map(index.ids.map((id, number) => [id, number]));
    this.filters = noFilters();
    this.shown = index.ids.map((_, number) => number);
    this.first = 0; // of the rows that are drawn
    this.current = -1; // where in `shown` the reader is
    this.search = 0;
    this.near = index.ids.map((id, number) => [
      id, ...index.tags.of[number].map((tag) => index.tags.names[tag]), index.before[number], index.after[number],
    ].join('\n').toLowerCase());
    this.table = part('table');
  }

  /** @param {number} number */
  change(number) { return this.index.changes.names[this.index.changes.of[number][0]]; }

  // ---- which cases

  /** @returns {(number: number) => boolean} whether a case fits everything but the words */
  fits() {
    const { changes, tags, failing } = this.index, wanted = this.filters;
    const change = changes.names.indexOf(wanted.change), grader = failing.names.indexOf(wanted.failing);
    const chosen = wanted.tags.map((tag) => tags.names.indexOf(tag));
    return (number) => (!wanted.change || changes.of[number][0] === change)
      && (!wanted.failing || failing.of[number].includes(grader))
      && chosen.every((tag) => tags.of[number].includes(tag));
  }

  /** Ids, tags and short answers at once; the whole answers as they are unpacked. */
  async filter() {
    const turn = ++this.search, words = this.filters.words.trim().toLowerCase(), fits = this.fits();
    const found = this.near.map((text) => text.includes(words));
    this.select(fits, found);
    if (words.length < 2) return;
    let late = false;
    for (let place = 0; place < this.index.starts.length; place++) {
      await new Promise((done) => { setTimeout(done); }); // whoever types on is heard first
      if (turn !== this.search) return;
      for (const number of casesWith(this.index, place, words)) { late ||= !found[number] && fits(number); found[number] = true; }
      const share = Math.round(100 * (place + 1) / this.index.starts.length);
      part('shown').textContent = `${this.counted()}, looking into the answers: ${share} %`;
    }
    if (late) this.select(fits, found); else this.tell();
  }

  /** @param {(number: number) => boolean} fits @param {boolean[]} found */
  select(fits, found) {
    const reader = this.shown[this.current];
    this.shown = this.sorted(this.index.ids.map((_, number) => number).filter((number) => found[number] && fits(number)));
    this.current = dialogElement.open ? this.shown.indexOf(reader) : -1;
    this.first = 0;
    this.draw();
  }

  /** @param {number[]} numbers worst first @returns {number[]} */
  sorted(numbers) {
    const order = ORDERS[this.filters.sort] ?? ORDERS.harm, values = order.of(this.index), sign = this.filters.up ? 1 : -1;
    return numbers.sort((a, b) => {
      const left = values[a], right = values[b];
      if (left === null || right === null) return (left === null ? 1 : 0) - (right === null ? 1 : 0) || a - b;
      return left < right ? -sign : left > right ? sign : a - b;
    });
  }

  // ---- what is drawn of them

  draw() {
    const body = element('tbody', {}), last = Math.min(this.shown.length, this.first + PAGE);
    for (let place = this.first; place < last; place++) body.append(this.row(place));
    for (const old of [...this.table.tBodies]) old.remove();
    this.table.append(body);
    this.table.setAttribute('aria-rowcount', String(this.shown.length + 1));
    for (const head of this.table.tHead.rows[0].cells) this.mark(head);
    part('nothing').hidden = this.shown.length > 0;
    part('pages').hidden = this.shown.length <= PAGE;
    part('range').textContent = `${(this.first + 1).toLocaleString('en')}–${last.toLocaleString('en')}`;
    part('earlier').disabled = this.first === 0;
    part('later').disabled = last >= this.shown.length;
    this.tell();
  }

  counted() { return `${this.shown.length.toLocaleString('en')} of ${this.index.ids.length.toLocaleString('en')} cases`; }

  tell() { part('shown').textContent = this.counted(); }

  /** @param {HTMLTableCellElement} head */
  mark(head) {
    const sort = head.dataset.sort;
    if (sort !== this.filters.sort) head.removeAttribute('aria-sort');
    else head.setAttribute('aria-sort', this.filters.up ? 'ascending' : 'descending');
  }

  /** @param {number} place in `shown` */
  row(place) {
    const { index } = this, number = this.shown[place], id = index.ids[number], change = this.change(number);
    const href = spellPlace(id, this.filters);
    const head = element('th', { scope: 'row' }, element('a', { class: 'id', href }, id));
    for (const tag of index.tags.of[number]) head.append(' ', element('span', { class: 'tag' }, index.tags.names[tag]));
    const cell = (/** @type {string} */ kind, /** @type {string} */ text) => element('td', { class: kind }, text);
    const brief = (/** @type {string} */ text) => element('td', { class: 'wide brief', dir: 'auto' }, text);
    const row = element('tr', { 'data-change': change, 'aria-rowindex': String(place + 2) }, head,
      element('td', {}, element('span', { class: 'change' }, change)), cell('number', index.passed[number]),
      cell('number wide', index.points[number]), cell('number wide', index.costs[number]), cell('number wide', index.times[number]));
    if (index.compared) row.append(brief(index.before[number]));
    row.append(brief(index.after[number]));
    row.addEventListener('click', (event) => {
      if (event.target instanceof HTMLAnchorElement) { if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return; event.preventDefault(); }
      if (!String(getSelection())) this.openCase(number);
    });
    return row;
  }

  /** @param {number} step in pages */
  turn(step) {
    this.first = Math.max(0, Math.min(this.first + step * PAGE, PAGE * Math.floor((this.shown.length - 1) / PAGE)));
    this.current = -1;
    this.draw();
    part('cases').scrollIntoView({ block: 'start' });
  }

  /** Where in `shown` the next one is, from the reader's place; -1: nowhere.
   * @param {number} step 1 or -1 @param {boolean} worse only those that became worse */
  next(step, worse) {
    const from = this.current < 0 && step < 0 ? this.shown.length : this.current;
    for (let place = from + step; place >= 0 && place < this.shown.length; place += step)
      if (!worse || this.index.worse[this.shown[place]]) return place;
    return -1;
  }

  /** @param {number} place in `shown` */
  focus(place) {
    if (place < 0 || place >= this.shown.length) return;
    this.current = place;
    const first = PAGE * Math.floor(place / PAGE);
    if (first !== this.first) { this.first = first; this.draw(); }
    this.table.tBodies[0].rows[place - first]?.querySelector('a')?.focus();
  }
}
