// @ts-check
// Starts the page: keys, links, buttons. The page works without it; with it all cases are there.
'use strict';

/** Whatever goes wrong is said to the reader: a list that silently lacks cases would be worse than none. @param {unknown} what */
function fault(what) {
  const told = part('fault');
  told.hidden = false;
  told.textContent = `This page has a fault, and may not show everything: ${what instanceof Error ? what.message : what}`;
}
addEventListener('error', (event) => fault(event.error ?? event.message));
addEventListener('unhandledrejection', (event) => fault(event.reason));

/** @param {Index} index */
function begin(index) {
  const cases = new Cases(index, openCase);
  let asked = -1; // the case that is open, or is being unpacked

  // ---- one case

  /** @param {number} number */
  function openCase(number) {
    const address = spellPlace(index.ids[number], cases.filters);
    if (dialogElement.open || location.hash === address) { setAddress(address); show(number); } else location.hash = address;
  }

  /** @param {number} number */
  function show(number) {
    asked = number;
    cases.current = cases.shown.indexOf(number);
    part('case-title').textContent = index.ids[number];
    const tags = index.tags.of[number].map((tag) => index.tags.names[tag]);
    const facts = [cases.change(number), index.passed[number], index.points[number] && `${index.points[number]}${index.compared ? ' points' : ''}`];
    part('case-facts').textContent = [...facts, ...tags].filter(Boolean).join(' · ');
    part('case-place').textContent = cases.current < 0 ? '' : `${(cases.current + 1).toLocaleString('en')} of ${cases.shown.length.toLocaleString('en')}`;
    part('previous').disabled = cases.next(-1, false) < 0;
    part('following').disabled = cases.current < 0 || cases.next(1, false) < 0;
    part('copied').textContent = '';
    const body = part('case-body');
    body.replaceChildren();
    if (!dialogElement.open) dialogElement.showModal();
    part('case-title').focus();
    const { detail, asked: said } = detailOf(index, number);
    body.replaceChildren(...caseBody(detail, said, index.compared));
    body.scrollTop = 0;
  }

  function closed() {
    asked = -1;
    setAddress(spellPlace('', cases.filters));
    cases.focus(cases.current);
  }

  // ---- filters

  /** Sets the controls to what the filters are, and draws. */
  function filtered() {
    const { filters } = cases;
    if (part('find').value !== filters.words) part('find').value = filters.words;
    part('change').value = filters.change;
    part('failing').value = filters.failing;
    part('tag').value = '';
    part('chosen').replaceChildren(...filters.tags.map(chip));
    part('reset').hidden = spellPlace('', filters) === '#';
    return cases.filter();
  }

  /** @param {string} tag */
  function chip(tag) {
    const button = element('button', { type: 'button', class: 'chip', 'aria-label': `remove tag ${tag}` }, tag);
    button.addEventListener('click', () => { narrow({ tags: cases.filters.tags.filter((each) => each !== tag) }); part('tag').focus(); });
    return button;
  }

  /** @param {Partial<Filters>} wanted */
  function narrow(wanted) {
    Object.assign(cases.filters, wanted);
    setAddress(spellPlace(asked < 0 ? '' : index.ids[asked], cases.filters));
    return filtered();
  }

  /** @param {string} name @param {Coded} coded @param {boolean} sorted */
  function choices(name, coded, sorted) {
    const counts = coded.names.map(() => 0), made = document.createDocumentFragment();
    for (const of of coded.of) for (const each of of) counts[each]++;
    const places = [...coded.names.keys()];
    if (sorted) places.sort((a, b) => (coded.names[a] < coded.names[b] ? -1 : 1));
    for (const place of places) {
      const value = coded.names[place];
      made.append(element('option', { value }, `${value} (${counts[place].toLocaleString('en')})`));
    }
    part(name).append(made);
    part(`${name}-label`).hidden = coded.names.length < (name === 'change' ? 2 : 1);
  }

  function sortable() {
    for (const head of cases.table.tHead.querySelectorAll('[data-sort]')) {
      const button = element('button', { type: 'button', class: 'sort' }, ...head.childNodes);
      button.addEventListener('click', () => {
        const sort = head.dataset.sort, again = sort === cases.filters.sort;
        narrow({ sort, up: again ? !cases.filters.up : ORDERS[sort].up });
      });
      head.append(button);
    }
  }

  // ---- keys and links

  /** @param {number} step @param {boolean} worse */
  function move(step, worse) {
    const place = cases.next(step, worse);
    if (place < 0) return;
    if (dialogElement.open) openCase(cases.shown[place]); else cases.focus(place);
  }

  function follow() {
    const place = readPlace(location.hash, (id) => cases.numbers.has(id)), number = cases.numbers.get(place.id);
    if (place.filters && spellPlace('', place.filters) !== spellPlace('', cases.filters)) { cases.filters = place.filters; filtered(); }
    if (number === asked) return;
    if (number !== undefined) { show(number); return; }
    if (dialogElement.open) dialogElement.close();
    if (place.id && !document.getElementById(place.id)) part('shown').textContent = `This page has no case “${place.id}”.`;
  }

  /** @type {Record<string, () => void>} */
  const KEYS = {
    j: () => move(1, false),
    k: () => move(-1, false),
    n: () => move(1, true),
    p: () => move(-1, true),
    v: () => part('case-body').querySelector('.switch [aria-pressed="false"]')?.click(),
    c: () => part('copy-command')?.click(),
    '/': () => { if (!dialogElement.open) { part('find').focus(); part('find').select(); } },
    '?': () => { const help = part('keys'); if (help.open) help.close(); else help.showModal(); },
    Enter: () => { if (!dialogElement.open && cases.current >= 0) openCase(cases.shown[cases.current]); },
  };

  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const at = event.target, key = KEYS[event.key];
    if (at instanceof HTMLInputElement || at instanceof HTMLSelectElement) {
      if (event.key === 'Escape' || (event.key === 'Enter' && at === part('find'))) { event.preventDefault(); cases.focus(Math.max(0, cases.current)); }
    } else if (key && (event.key !== 'Enter' || at === document.body)) { event.preventDefault(); key(); }
  });
  cases.table.addEventListener('focusin', (/** @type {FocusEvent} */ event) => {
    const row = event.target instanceof Element ? event.target.closest('tbody tr') : null;
    if (row instanceof HTMLTableRowElement) cases.current = cases.first + row.sectionRowIndex;
  });
  const clicks = {
    close: () => dialogElement.close(),
    previous: () => move(-1, false),
    following: () => move(1, false),
    earlier: () => cases.turn(-1),
    later: () => cases.turn(1),
    reset: () => { narrow(noFilters()); part('find').focus(); },
    'reset-too': () => { narrow(noFilters()); part('find').focus(); },
    help: () => part('keys').showModal(),
    'close-keys': () => part('keys').close(),
    'copy-link': () => {
      const here = location.href.split('#')[0] + spellPlace(index.ids[asked], noFilters());
      part('link').textContent = here;
      copy(here, part('link'));
    },
  };
  for (const [name, act] of Object.entries(clicks)) part(name).addEventListener('click', act);
  dialogElement.addEventListener('close', closed);
  for (const box of [dialogElement, part('keys')])
    box.addEventListener('click', (/** @type {MouseEvent} */ event) => { if (event.target === box) box.close(); });
  part('filters').addEventListener('submit', (/** @type {Event} */ event) => event.preventDefault());
  let waiting = 0;
  part('find').addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => narrow({ words: part('find').value }), 30);
  });
  part('change').addEventListener('change', () => narrow({ change: part('change').value }));
  part('failing').addEventListener('change', () => narrow({ failing: part('failing').value }));
  part('tag').addEventListener('change', () => {
    const tag = part('tag').value;
    narrow({ tags: tag ? [...new Set([...cases.filters.tags, tag])] : [] });
  });
  addEventListener('hashchange', follow);
  matchMedia('print').addEventListener('change', (media) => printed(media.matches));
  addEventListener('beforeprint', () => printed(true));
  addEventListener('afterprint', () => printed(false));

  choices('change', index.changes, false);
  choices('tag', index.tags, true);
  choices('failing', index.failing, true);
  sortable();
  cases.draw();
  part('filters').hidden = part('help').hidden = false;
  follow();
  performance.mark('usable');
}

/** A dialog is cut off on paper, so the case that is open is printed as a part of the page. @param {boolean} on */
function printed(on) {
  const sheet = part('sheet');
  sheet.replaceChildren();
  if (!on || !dialogElement.open) return;
  for (const name of ['case-title', 'case-facts', 'case-body']) {
    const copied = part(name).cloneNode(true);
    for (const each of [copied, ...copied.querySelectorAll('[data-part]')]) each.removeAttribute('data-part');
    copied.removeAttribute('id');
    sheet.append(copied);
  }
}

begin(JSON.parse(textOf(part('index'))));
