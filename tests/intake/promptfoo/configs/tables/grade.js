module.exports = (output, context) => ({ pass: output.includes(context.vars.ask), score: 0.5, reason: "said" });
