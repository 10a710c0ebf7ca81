export default (output) => output.length > 2;
