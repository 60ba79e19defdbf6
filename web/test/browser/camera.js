// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/camera.js: what a camera reads in a printed square: a QR code of level M in bytes (ISO/IEC 18004), seen straight and whole, so nothing is mended

import assert from 'node:assert/strict';

/* blocks, and codewords for mending in each, of level M by version from 1 */
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49];
const MENDING = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, ...Array(19).fill(28)];

/** @type {((r: number, c: number) => number)[]} the masks: where it is 0, the module is turned */
const MASKS = [
	(r, c) => (r + c) % 2, (r) => r % 2, (_, c) => c % 3, (r, c) => (r + c) % 3, (r, c) => (Math.floor(r / 2) + Math.floor(c / 3)) % 2, (r, c) => ((r * c) % 2) + ((r * c) % 3),
	(r, c) => (((r * c) % 2) + ((r * c) % 3)) % 2, (r, c) => (((r + c) % 2) + ((r * c) % 3)) % 2,
];

/** Centres of the small squares that help a camera, along one side. @param {number} version */
function alignment(version) {
	if (version === 1)
		return [];
	const count = Math.floor(version / 7) + 2, last = version * 4 + 10;
	const step = version === 32 ? 26 : Math.ceil((last - 6) / (count - 1) / 2) * 2;
	return [6, ...Array.from({ length: count - 1 }, (_, i) => last - (count - 2 - i) * step)];
}

/** Whether a module belongs to the pattern and not to the data. @param {number} version @returns {(r: number, c: number) => boolean} */
function fixed(version) {
	const n = version * 4 + 17, centres = alignment(version), last = centres.at(-1);
	/** @param {number} r @param {number} c */
	const aligned = (r, c) => centres.some((y) => centres.some((x) => !((y === 6 && (x === 6 || x === last)) || (y === last && x === 6)) && Math.abs(r - y) <= 2 && Math.abs(c - x) <= 2));
	return (r, c) => r === 6 || c === 6 || (r < 9 && (c < 9 || c >= n - 8)) || (r >= n - 8 && c < 9) || aligned(r, c) ||
		(version >= 7 && ((r < 6 && c >= n - 11) || (c < 6 && r >= n - 11)));
}

/** @param {(r: number, c: number) => boolean} dark @param {number} version @returns {number[]} all codewords, as they stand */
function codewords(dark, version) {
	const n = version * 4 + 17, isFixed = fixed(version);
	const format = [0, 1, 2, 3, 4].reduce((bits, c) => (bits << 1) | Number(dark(8, c)), 0) ^ 0b10101;
	assert.equal(format >> 3, 0b00, 'level M');
	const mask = MASKS[format & 7];
	/** @type {number[]} */
	const bits = [];
	for (let right = n - 1, up = true; right > 0; right -= 2, up = !up) {
		if (right === 6)
			right = 5;
		for (let i = 0; i < n; i++)
			for (const c of [right, right - 1]) {
				const r = up ? n - 1 - i : i;
				if (!isFixed(r, c))
					bits.push(Number(dark(r, c) !== (mask(r, c) === 0)));
			}
	}
	return Array.from({ length: Math.floor(bits.length / 8) }, (_, i) => bits.slice(8 * i, 8 * i + 8).reduce((byte, bit) => 2 * byte + bit, 0));
}

/** The data, its blocks one after another again. @param {number[]} all @param {number} version */
function unwoven(all, version) {
	const blocks = BLOCKS[version - 1], data = all.length - blocks * MENDING[version - 1];
	const short = Math.floor(data / blocks), longer = data % blocks; // the last ones hold one more
	/** @type {number[][]} */
	const out = Array.from({ length: blocks }, () => []);
	let at = 0;
	for (let i = 0; i <= short; i++)
		for (let block = i < short ? 0 : blocks - longer; block < blocks; block++)
			out[block].push(all[at++]);
	return out.flat();
}

/**
 * The text of a square picture that is on a page.
 * @param {import('puppeteer-core').ElementHandle<HTMLImageElement>} picture
 */
export async function readSquare(picture) {
	const rows = await picture.evaluate(async (img) => {
		await img.decode();
		const canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
		canvas.width = img.naturalWidth;
		canvas.height = img.naturalHeight;
		pen?.drawImage(img, 0, 0);
		const { data, width, height } = /** @type {CanvasRenderingContext2D} */ (pen).getImageData(0, 0, canvas.width, canvas.height);
		return Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => (data[4 * (y * width + x)] < 128 ? '#' : ' ')).join(''));
	});
	const top = rows.findIndex((row) => row.includes('#')), left = rows[top].indexOf('#'), right = rows[top].lastIndexOf('#');
	const module = (rows[top].indexOf(' ', left) - left) / 7; // the side of a finder is seven
	const n = Math.round((right + 1 - left) / module), version = (n - 17) / 4;
	assert.ok(Number.isInteger(version) && version >= 1 && version <= 40, `a square of ${n}`);
	/** @param {number} r @param {number} c */
	const dark = (r, c) => rows[Math.floor(top + (r + 0.5) * module)][Math.floor(left + (c + 0.5) * module)] === '#';
	const bytes = unwoven(codewords(dark, version), version);
	const bits = bytes.map((byte) => byte.toString(2).padStart(8, '0')).join('');
	assert.equal(bits.slice(0, 4), '0100', 'bytes');
	const wide = version < 10 ? 8 : 16, length = parseInt(bits.slice(4, 4 + wide), 2);
	return String.fromCharCode(...Array.from({ length }, (_, i) => parseInt(bits.slice(4 + wide + 8 * i, 12 + wide + 8 * i), 2)));
}
