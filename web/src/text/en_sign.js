// SPDX-License-Identifier: AGPL-3.0-or-later
// text/en_sign.js: the page's words in English, second part: making a key, enrolling, signing, taking back, voting

/** @type {Record<string, string>} */
export const enSign = {
};
