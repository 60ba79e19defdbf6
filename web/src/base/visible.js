// SPDX-License-Identifier: AGPL-3.0-or-later
// base/visible.js: what a text may hold: nothing that cannot be seen (spec/records.md, Form)

/** @typedef {import('./refusal.js').Code} Code */

/** First and last code points of what is refused besides controls and noncharacters. */
export const INVISIBLE = [
	[0x00ad, 0x00ad], [0x034f, 0x034f], [0x061c, 0x061c], [0x115f, 0x1160], [0x17b4, 0x17b5], [0x180e, 0x180e], [0x200b, 0x200b], [0x200e, 0x200f],
	[0x2028, 0x202e], [0x2060, 0x206f], [0x2800, 0x2800], [0x3164, 0x3164], [0xfeff, 0xfeff], [0xffa0, 0xffa0], [0xfff0, 0xfffb],
	[0x1bca0, 0x1bca3], [0x1d173, 0x1d17a], [0xe0000, 0xe00ff], [0xe01f0, 0xe0fff],
];

const LF = 0x0a;
const PLAIN = /^[ -~]*$/;
const PLAIN_LONG = /^[ -~\n]*$/;

/** @param {string} text @param {boolean} long LF may stand in it @returns {Code | null} */
export function faultOfText(text, long) {
	if ((long ? PLAIN_LONG : PLAIN).test(text))
		return null;
	for (let at = 0; at < text.length;) {
		const point = /** @type {number} */ (text.codePointAt(at));
		const fault = point < 0x80 && point >= 0x20 && point !== 0x7f ? null : faultOfPoint(point, long);
		if (fault)
			return fault;
		at += point > 0xffff ? 2 : 1;
	}
	return null;
}

/** @param {number} point @param {boolean} long @returns {Code | null} */
function faultOfPoint(point, long) {
	if (point < 0x20)
		return long && point === LF ? null : 'text_control';
	if (point >= 0x7f && point <= 0x9f)
		return 'text_control';
	if ((point >= 0xd800 && point <= 0xdfff) || (point >= 0xfdd0 && point <= 0xfdef) || (point & 0xfffe) === 0xfffe)
		return 'text_noncharacter';
	return INVISIBLE.some(([first, last]) => point >= first && point <= last) ? 'text_invisible' : null;
}
