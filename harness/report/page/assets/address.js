// @ts-check
// The address says which case is open and which filters are set: `#case-id?change=regressed&tag=urdu`.
// Both stand behind the `#`, where no server sees them and a signed address stays valid.
'use strict';

/** @typedef {{words: string, change: string, failing: string, tags: string[], sort: string, up: boolean}} Filters */
/** @typedef {{id: string, filters: Filters | null}} Place `filters` is null where the address says nothing of them */

/** @returns {Filters} */
const noFilters = () => ({ words: '', change: '', failing: '', tags: [], sort: 'harm', up: false });

/** @param {string} id empty: no case @param {Filters} filters @returns {string} */
function spellPlace(id, filters) {
  const said = new URLSearchParams();
  if (filters.words) said.set('text', filters.words);
  if (filters.change) said.set('change', filters.change);
  if (filters.failing) said.set('failing', filters.failing);
  for (const tag of filters.tags) said.append('tag', tag);
  if (filters.sort !== 'harm' || filters.up) said.set('sort', `${filters.up ? '' : '-'}${filters.sort}`);
  const asked = said.toString();
  return `#${encodeURIComponent(id)}${asked && `?${asked}`}`;
}

/** @param {string} hash @param {(id: string) => boolean} isCase @returns {Place} */
function readPlace(hash, isCase) {
  const whole = decoded(hash.slice(1)), mark = hash.indexOf('?');
  if (mark < 0 || isCase(whole)) return { id: whole, filters: null };
  const said = new URLSearchParams(hash.slice(mark + 1)), sort = said.get('sort') ?? '-harm';
  const filters = {
    words: said.get('text') ?? '',
    change: said.get('change') ?? '',
    failing: said.get('failing') ?? '',
    tags: said.getAll('tag'),
    sort: sort.replace(/^-/, ''),
    up: !sort.startsWith('-'),
  };
  return { id: decoded(hash.slice(1, mark)), filters };
}

/** @param {string} text */
function decoded(text) {
  try { return decodeURIComponent(text); } catch { return text; } // not one of ours
}

/** @param {string} address where it may not be set (a sandbox), nothing happens */
function setAddress(address) {
  try { history.replaceState(null, '', address === '#' ? location.pathname + location.search : address); } catch { /* a sandbox */ }
}
