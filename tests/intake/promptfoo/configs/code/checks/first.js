module.exports = (output) => output.length > 2;
module.exports.named = (output) => output.length > 1;
