// The browser is found or installed by tools/setup.mjs, never by `npm install`.
module.exports = { skipDownload: true };
