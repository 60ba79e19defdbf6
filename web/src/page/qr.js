// SPDX-License-Identifier: AGPL-3.0-or-later
// page/qr.js: a QR code as a drawing; black on white in every colour scheme, and in print

import { correction, generate } from 'lean-qr';
import { svg } from './dom.js';

/** What the largest QR code holds at its lowest correction, in bytes. */
export const QR_MOST = 2953;
/** The white edge that readers need, in modules. */
const QUIET = 4;

/** @param {string} text ASCII @returns {boolean} whether one QR code can hold it */
export const fitsQr = (text) => text.length <= QR_MOST;

/** The dark runs of all rows as one path, in modules. @param {{ size: number, get: (x: number, y: number) => boolean }} code @returns {string} */
export function qrPath(code) {
	let path = '';
	for (let y = 0; y < code.size; y++)
		for (let x = 0; x < code.size; x++) {
			const from = x;
			while (x < code.size && code.get(x, y))
				x++;
			if (x > from)
				path += `M${from} ${y}h${x - from}v1H${from}z`;
		}
	return path;
}

/** @param {string} text ASCII, at most QR_MOST @param {string} label for screen readers @returns {SVGElement} */
export function qrCode(text, label) {
	const code = generate(text, { minCorrectionLevel: correction.L });
	const side = code.size + 2 * QUIET;
	return svg('svg', { class: 'qr', viewBox: `${-QUIET} ${-QUIET} ${side} ${side}`, role: 'img', 'aria-label': label, 'shape-rendering': 'crispEdges' },
		svg('rect', { x: -QUIET, y: -QUIET, width: side, height: side, fill: '#fff' }),
		svg('path', { d: qrPath(code), fill: '#000' }));
}
