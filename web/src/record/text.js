// SPDX-License-Identifier: AGPL-3.0-or-later
// record/text.js: texts of records: what may stand in them, and their size

export { INVISIBLE, faultOfText } from '../base/visible.js';

/** Bytes of UTF-8. @param {string} text */
export function sizeOfText(text) {
	let size = text.length;
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		if (unit >= 0x80)
			size += unit >= 0x800 && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1; /* half of a pair: 2 of its 4 bytes */
	}
	return size;
}
