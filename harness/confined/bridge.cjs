// What runs in Node.js: one call of a user's JavaScript, its result as one line of JSON on standard output.
// What the code prints goes nowhere. `output`, `context` and the ways to give a result are those of promptfoo.
"use strict";
const { writeSync } = require("fs");
const Module = require("module");

process.stdout.write = process.stderr.write = () => true;
for (const name of Object.keys(console)) if (typeof console[name] === "function") console[name] = () => {};

const say = (said) => {
  let rest = Buffer.from(JSON.stringify(said) + "\n");
  while (rest.length) rest = rest.subarray(writeSync(1, rest));
  process.kill(process.pid, "SIGKILL"); // nothing the code left behind, such as a timer, holds the answer up
};

const compiled = (body) => new Function("output", "context", "process", body);

// A single line is an expression, or declarations with an expression after the last `;`.
const fromText = (code) => {
  if (code.includes("\n")) return compiled(code);
  const line = code.trim().replace(/;+\s*$/, "");
  let first;
  try {
    return compiled(`return (${line}\n)`);
  } catch (error) {
    first = error;
  }
  for (let at = line.lastIndexOf(";"); at > 0; at = line.lastIndexOf(";", at - 1)) {
    try {
      return compiled(`${line.slice(0, at + 1)} return (${line.slice(at + 1)}\n)`);
    } catch {}
  }
  try {
    return compiled(line);
  } catch {
    throw first;
  }
};

const fromFile = (source, file) => {
  const made = new Module(file);
  made.filename = file;
  made._compile(source, file);
  const given = made.exports && made.exports.default !== undefined ? made.exports.default : made.exports;
  if (typeof given !== "function") throw new TypeError(`${file} exports no function: module.exports = (output, context) => ...`);
  return given;
};

// Code of several lines may say `process.mainModule.require`, as in promptfoo.
const shim = Object.create(process, { mainModule: { value: { require, exports: {} } } });

const called = async (asked) => {
  let run;
  try {
    run = asked.file === null ? fromText(asked.source.trimEnd()) : fromFile(asked.source, asked.file);
  } catch (error) {
    return { error: "broken", detail: String(error) };
  }
  let value;
  try {
    value = await run(asked.output, asked.context, shim);
  } catch (error) {
    const ours = error instanceof ReferenceError || error instanceof RangeError || (error && error.code);
    return { error: ours ? "broken" : "threw", detail: String(error) };
  }
  if (typeof value === "number" && !Number.isFinite(value)) return { error: "broken", detail: `it returned ${value}` };
  if (value === undefined) return { error: "broken", detail: "it returned nothing; code of several lines needs `return`" };
  return { value };
};

let asked = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (part) => {
  asked += part;
  if (asked.endsWith("\n")) {
    called(JSON.parse(asked)).then(say, (error) => say({ error: "broken", detail: String(error) }));
  }
});
