// @ts-check
// Unpacks bzip2, which browsers do not: texts of many cases take a third less room in it than in gzip, and a page is
// a file that people send each other. The format is described at https://github.com/dsnet/compress (doc/bzip2-format.pdf).
'use strict';

const GROUP = 50, LONGEST_CODE = 20, SHORT_CODE = 10;

/** Reads bits, the highest of a byte first. */
class Bits {
  /** @param {Uint8Array} bytes @param {number} at */
  constructor(bytes, at) {
    this.bytes = bytes;
    this.at = at;
    this.hold = 0;
    this.held = 0;
  }

  /** @param {number} count at most 24 */
  peek(count) {
    while (this.held < count) { this.hold = (this.hold << 8) | this.bytes[this.at++]; this.held += 8; }
    return (this.hold >>> (this.held - count)) & ((1 << count) - 1);
  }

  /** @param {number} count at most 24 */
  bits(count) {
    const value = this.peek(count);
    this.held -= count;
    return value;
  }
}

/** @param {Uint8Array} packed of our own page: a whole stream @returns {Uint8Array} */
function bunzip(packed) {
  const from = new Bits(packed, 4), most = 100000 * (packed[3] - 48);
  let made = new Uint8Array(4 * packed.length), length = 0;
  for (;;) {
    const magic = from.bits(24);
    from.bits(24);
    if (magic !== 0x314159) return made.subarray(0, length); // the end of the stream
    from.bits(24); // the checksum: damage shows as JSON that cannot be read
    from.bits(8);
    from.bits(1);
    const start = from.bits(24), block = inOrder(symbolsOf(from, most), start);
    const room = unrun(block, null, 0);
    if (length + room > made.length) {
      const grown = new Uint8Array(2 * (length + room));
      grown.set(made.subarray(0, length));
      made = grown;
    }
    length += unrun(block, made, length);
  }
}

/** @param {Bits} from @param {number} most @returns {Uint32Array} the bytes of a block, sorted by what follows them */
function symbolsOf(from, most) {
  const used = usedBytes(from), groups = from.bits(3), selectors = selectorsOf(from, groups);
  const tables = Array.from({ length: groups }, () => tableOf(from, used.length + 2));
  const block = new Uint32Array(most), end = used.length + 1;
  let length = 0, left = 0, group = 0, run = 0, digit = 1, table = tables[0];
  for (;;) {
    if (!left) { table = tables[selectors[group++]]; left = GROUP; }
    left--;
    const symbol = decode(from, table);
    if (symbol < 2) { run += digit << symbol; digit <<= 1; continue; } // how often the last byte comes again
    if (run) { block.fill(used[0], length, length += run); run = 0; digit = 1; }
    if (symbol === end) return block.subarray(0, length);
    const byte = used[symbol - 1];
    for (let place = symbol - 1; place; place--) used[place] = used[place - 1];
    block[length++] = used[0] = byte;
  }
}

/** @param {Bits} from @returns {number[]} */
function usedBytes(from) {
  const rows = from.bits(16), used = [];
  for (let row = 0; row < 16; row++) {
    const columns = rows & (0x8000 >> row) ? from.bits(16) : 0;
    for (let column = 0; column < 16; column++) if (columns & (0x8000 >> column)) used.push(16 * row + column);
  }
  return used;
}

/** @param {Bits} from @param {number} groups @returns {number[]} which table each group of symbols is read with */
function selectorsOf(from, groups) {
  const recent = [...Array(groups).keys()];
  return Array.from({ length: from.bits(15) }, () => {
    let place = 0;
    while (from.bits(1)) place++;
    recent.unshift(...recent.splice(place, 1));
    return recent[0];
  });
}

/**
 * `short` has the symbol and the length of every code of at most `SHORT_CODE` bits, by what the next bits are; longer
 * ones are found by the last code of each length.
 * @typedef {{short: Uint16Array, limits: Int32Array, offsets: Int32Array, symbols: number[]}} Table
 */

/** @param {Bits} from @param {number} size @returns {Table} */
function tableOf(from, size) {
  let length = from.bits(5);
  const lengths = Array.from({ length: size }, () => {
    while (from.bits(1)) length += from.bits(1) ? -1 : 1;
    return length;
  });
  const limits = new Int32Array(LONGEST_CODE + 1).fill(-1), offsets = new Int32Array(LONGEST_CODE + 1);
  const short = new Uint16Array(1 << SHORT_CODE);
  /** @type {number[]} */
  const symbols = [];
  for (let bits = 1, code = 0; bits <= LONGEST_CODE; bits++, code <<= 1) {
    offsets[bits] = symbols.length - code;
    lengths.forEach((each, symbol) => {
      if (each !== bits) return;
      const free = SHORT_CODE - bits;
      if (free >= 0) short.fill((symbol << 5) | bits, code << free, (code + 1) << free);
      symbols.push(symbol);
      code++;
    });
    limits[bits] = code - 1;
  }
  return { short, limits, offsets, symbols };
}

/** @param {Bits} from @param {Table} table */
function decode(from, { short, limits, offsets, symbols }) {
  const found = short[from.peek(SHORT_CODE)];
  if (found) { from.held -= found & 31; return found >> 5; }
  let bits = SHORT_CODE, code = from.bits(SHORT_CODE);
  while (code > limits[bits]) {
    if (++bits > LONGEST_CODE) throw new Error('the cases of this page are damaged');
    code = (code << 1) | from.bits(1);
  }
  return symbols[code + offsets[bits]];
}

/** @param {Uint32Array} block @param {number} start @returns {Uint8Array} the bytes in their own order (Burrows and Wheeler) */
function inOrder(block, start) {
  const length = block.length, places = new Uint32Array(256), made = new Uint8Array(length);
  for (let at = 0; at < length; at++) places[block[at]]++;
  for (let byte = 0, sum = 0; byte < 256; byte++) { const count = places[byte]; places[byte] = sum; sum += count; }
  for (let at = 0; at < length; at++) block[places[block[at] & 0xff]++] |= at << 8;
  for (let at = 0, next = block[start] >>> 8; at < length; at++) {
    made[at] = block[next];
    next = block[next] >>> 8;
  }
  return made;
}

/**
 * Four equal bytes are followed by how many more there are of them.
 * @param {Uint8Array} block @param {Uint8Array | null} made null: only count @param {number} at @returns {number} bytes
 */
function unrun(block, made, at) {
  const start = at;
  for (let place = 0, same = 0, last = -1; place < block.length; place++) {
    const byte = block[place];
    if (same === 4) {
      made?.fill(last, at, at + byte);
      at += byte;
      same = 0;
      last = -1;
    } else {
      same = byte === last ? same + 1 : 1;
      last = byte;
      if (made) made[at] = byte;
      at++;
    }
  }
  return at - start;
}
