// SPDX-License-Identifier: AGPL-3.0-or-later
// page/parts/icon.js: small drawings; always beside a word that says the same

import { svg } from '../dom.js';

const PATHS = /** @type {const} */ ({
	check: 'M4 12.5 9.5 18 20 6.5',
	warning: 'M12 3 22 20.5H2L12 3Zm0 6.5v5m0 2.6v.4',
	info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-10v6m0-9.6v.4',
	wrong: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm-3.5-12.5 7 7m0-7-7 7',
	sealed: 'M6 11h12v9H6Zm2.5 0V8a3.5 3.5 0 0 1 7 0v3',
	newer: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Zm0-4.5V8m-3.5 3.5L12 8l3.5 3.5',
	file: 'M6 3h8l4 4v14H6Zm8 0v4h4M9 12h6m-6 4h6',
	letter: 'M3 6h18v12H3Zm0 .5 9 7 9-7',
	pen: 'M4 20l1-4L16.5 4.5l3 3L8 19Zm10-13 3 3',
	key: 'M8 16.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm4-4h9v4m-4-4v3',
	leave: 'M14 4h6v16h-6M4 12h11m-4-4 4 4-4 4',
	forward: 'M9 5l7 7-7 7',
	more: 'M5 12a1 1 0 1 0 .01 0M12 12a1 1 0 1 0 .01 0M19 12a1 1 0 1 0 .01 0',
	copy: 'M8 8h12v12H8Zm-4 8V4h12',
	people: 'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-6.5 9c0-4 3-6 6.5-6s6.5 2 6.5 6M16 4.3a3.5 3.5 0 0 1 0 6.4m2 3.9c2.2.9 3.5 2.7 3.5 5.4',
});
/** @typedef {keyof typeof PATHS} Icon */

/** Icons that point: they turn round where text runs from right to left. */
const POINTING = new Set(['leave', 'forward']);

/** @param {Icon} icon @returns {SVGElement} hidden from screen readers */
export function icon(icon) {
	return svg('svg', { class: POINTING.has(icon) ? 'icon pointing' : 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' }, svg('path', { d: PATHS[icon] }));
}
