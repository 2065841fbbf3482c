// The browser is found or installed by tools/environment.mjs, never by `npm install`.
module.exports = { skipDownload: true };
