// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/picture.js: a part of a page as a small PNG, and the words in it, without what differs from day to day

import { deflateSync, inflateSync } from 'node:zlib';

/** Colours that a picture may have: letters are smoothed, so some greys are needed, and no more. */
const COLOURS = 40;
const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/**
 * What differs from day to day, or from one invented institution to the next: days and how many went by, fingerprints, codes, addresses of this machine, sizes of files, who of two comes first.
 * @type {[RegExp, string][]}
 */
const FLEETING = [
	[/[\u2066-\u2069\u200e\u200f]/g, ''],
	[/\b(?:Public Service Union|Staff Council) of Averane\b/g, 'REGISTRAR'], // in the order of their keys
	[/\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)(?: \d{4})?\b|\b\d{4}-\d\d-\d\d\b/g, 'DAY'],
	[/\b\d+ days?\b/g, 'DAYS'],
	[/\b[0-9a-f]{64}\b/g, 'HASH'],
	[/\b\d{4}(?:\s+\d{4}){2,}\b/g, 'DIGITS'],
	[/\b\d{5}(?:\s+\d{5}){2,}\b/g, 'CARD'],
	[/\b[0-9A-Z]{4}(?:[\s-]+(?:\d\.?\s+)?[0-9A-Z]{4}){3,}\b/g, 'CODE'],
	[/^Group \d+: (?:[a-z0-9] ){3}[a-z0-9]\n+[a-z0-9]{4}$/gm, 'CODE'],
	[/\bhttp:\/\/127\.0\.0\.1:\d+/g, 'HERE'],
	[/\b[\d.,]+\s?(?:bytes|[kKM]i?B)\b/g, 'SIZE'],
	[/\b[A-Za-z0-9_-]{43}\b/g, 'KEY'],
	[/[^\S\n]+/g, ' '],
];

/** The words that a reader sees in these elements, line by line. @param {string} text @returns {string[]} */
export const lasting = (text) => FLEETING.reduce((said, [what, name]) => said.replace(what, name), text).split('\n').map((line) => line.trim()).filter((line) => line !== '');

/** Waits for the elements. @param {import('puppeteer-core').Page} page @param {string} clip selects what is to be seen */
export const appear = (page, clip) => page.waitForSelector(clip, { visible: true, timeout: 120_000 });

/** @param {import('puppeteer-core').Page} page @param {string} clip */
export async function words(page, clip) {
	await appear(page, clip);
	const said = await page.evaluate((clip) => [...document.querySelectorAll(clip)].filter((e) => e.checkVisibility()).map((e) => /** @type {HTMLElement} */ (e).innerText).join('\n'), clip);
	return lasting(said);
}

/** The elements, and a little room around. @param {import('puppeteer-core').Page} page @param {string} clip @returns {Promise<Buffer>} a PNG */
export async function take(page, clip) {
	await appear(page, clip);
	const box = await page.evaluate((clip) => {
		document.documentElement.style.setProperty('caret-color', 'transparent');
		/** @type {HTMLElement | null} */ (document.activeElement)?.blur();
		for (const bar of document.querySelectorAll('.bar'))
			/** @type {HTMLElement} */ (bar).style.position = 'static'; // it would lie over what was scrolled beneath it
		const boxes = [...document.querySelectorAll(clip)].filter((e) => e.checkVisibility()).map((e) => e.getBoundingClientRect());
		const [left, top] = [Math.min(...boxes.map((b) => b.left)) + scrollX, Math.min(...boxes.map((b) => b.top)) + scrollY];
		return { left, top, right: Math.max(...boxes.map((b) => b.right)) + scrollX, bottom: Math.max(...boxes.map((b) => b.bottom)) + scrollY, width: document.documentElement.clientWidth };
	}, clip);
	const x = Math.max(0, Math.floor(box.left) - 6), y = Math.max(0, Math.floor(box.top) - 3);
	const shot = await page.screenshot({ captureBeyondViewport: true, clip: { x, y, width: Math.min(box.width, Math.ceil(box.right) + 6) - x, height: Math.ceil(box.bottom) + 3 - y } });
	return reduce(Buffer.from(shot));
}

/* ---- PNG (ISO/IEC 15948): Chromium's, with eight bits for each of three or four colours, into one with a palette ---- */

/** @param {Buffer} png @returns {Map<string, Buffer>} the data of each kind, joined */
function chunks(png) {
	/** @type {Map<string, Buffer>} */
	const found = new Map();
	for (let at = SIGNATURE.length; at < png.length;) {
		const n = png.readUInt32BE(at), name = png.toString('latin1', at + 4, at + 8);
		found.set(name, Buffer.concat([found.get(name) ?? Buffer.alloc(0), png.subarray(at + 8, at + 8 + n)]));
		at += 12 + n;
	}
	return found;
}

/** @param {number} a @param {number} b @param {number} c */
function paeth(a, b, c) {
	const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
	return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/** Rows without their filters. @param {Buffer} data @param {number} height @param {number} stride @param {number} step */
function unfilter(data, height, stride, step) {
	const rows = Buffer.alloc(height * stride);
	for (let y = 0; y < height; y++)
		for (let i = 0; i < stride; i++) {
			const filter = data[y * (stride + 1)], raw = data[y * (stride + 1) + 1 + i], at = y * stride + i;
			const a = i >= step ? rows[at - step] : 0, b = y > 0 ? rows[at - stride] : 0, c = i >= step && y > 0 ? rows[at - stride - step] : 0;
			rows[at] = raw + [0, a, b, (a + b) >> 1, paeth(a, b, c)][filter];
		}
	return rows;
}

const TABLE = Array.from({ length: 256 }, (_, n) => Array.from({ length: 8 }).reduce((/** @type {number} */ c) => (c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1), n));
/** @param {Buffer} bytes */
const crc = (bytes) => (bytes.reduce((c, byte) => TABLE[(c ^ byte) & 255] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

/** @param {string} name @param {Buffer} data */
function chunk(name, data) {
	const body = Buffer.concat([Buffer.from(name, 'latin1'), data]), ends = Buffer.alloc(8);
	ends.writeUInt32BE(data.length, 0);
	ends.writeUInt32BE(crc(body), 4);
	return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}

/** The most frequent colours, with those that are hardly different left out. @param {Map<number, number>} counts */
function palette(counts) {
	/** @type {number[]} */
	const chosen = [];
	const sorted = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([colour]) => colour);
	for (const near of [400, 60, 1]) // first those that are far from each other
		for (const colour of sorted)
			if (chosen.length < COLOURS && chosen.every((other) => distance(colour, other) >= near))
				chosen.push(colour);
	return chosen;
}

/** @param {number} a @param {number} b */
const distance = (a, b) => ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;

/** The same picture in few colours. @param {Buffer} png @returns {Buffer} */
export function reduce(png) {
	const parts = chunks(png), head = /** @type {Buffer} */ (parts.get('IHDR'));
	const width = head.readUInt32BE(0), height = head.readUInt32BE(4), step = head[9] === 6 ? 4 : 3;
	const rows = unfilter(inflateSync(/** @type {Buffer} */ (parts.get('IDAT'))), height, width * step, step);
	/** @type {Map<number, number>} */
	const counts = new Map(), places = new Map();
	const colourAt = (/** @type {number} */ i) => (rows[i * step] << 16) | (rows[i * step + 1] << 8) | rows[i * step + 2];
	for (let i = 0; i < width * height; i++)
		counts.set(colourAt(i), (counts.get(colourAt(i)) ?? 0) + 1);
	const chosen = palette(counts);
	for (const colour of counts.keys())
		places.set(colour, chosen.reduce((best, other, i) => (distance(colour, other) < distance(colour, chosen[best]) ? i : best), 0));
	const out = Buffer.alloc(height * (width + 1)); // each row begins with its filter: none
	for (let y = 0; y < height; y++)
		for (let x = 0; x < width; x++)
			out[y * (width + 1) + 1 + x] = /** @type {number} */ (places.get(colourAt(y * width + x)));
	const header = Buffer.from(head.subarray(0, 13));
	header[8] = 8;
	header[9] = 3; // by palette
	return Buffer.concat([
		SIGNATURE, chunk('IHDR', header), chunk('PLTE', Buffer.from(chosen.flatMap((c) => [c >> 16, (c >> 8) & 255, c & 255]))),
		chunk('IDAT', deflateSync(out, { level: 9, memLevel: 9 })), chunk('IEND', Buffer.alloc(0)),
	]);
}
