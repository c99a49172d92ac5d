module.exports = @CONFIG@;
