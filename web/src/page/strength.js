// SPDX-License-Identifier: AGPL-3.0-or-later
// page/strength.js: a rough look at a passphrase, and at how much work this device can do for it

/** @typedef {'none' | 'weak' | 'fair' | 'good'} Strength */

/**
 * A rough guess, never a promise: words that somebody chose by heart are weaker than they look.
 * @param {string} passphrase @returns {Strength}
 */
export function strength(passphrase) {
	if (passphrase === '')
		return 'none';
	const words = new Set(passphrase.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => [...word].length >= 3));
	const length = [...passphrase].length;
	const distinct = new Set(passphrase.toLowerCase()).size;
	if ((words.size >= 6 && distinct >= 9) || (length >= 20 && distinct >= 14))
		return 'good';
	if ((words.size >= 4 && distinct >= 8) || (length >= 14 && distinct >= 10))
		return 'fair';
	return 'weak';
}

/** Slower than this in measureDevice, the strong setting would take minutes: the just-in-time compiler is off, or the device is old. */
const SLOW = 60;

/**
 * Whether to take the gentle setting (64 MiB) and not the strong one (256).
 * @param {{ memory: number | undefined, milliseconds: number }} device memory: GiB, as browsers tell it (8 at most), undefined where they do not; milliseconds: of measureDevice
 */
export const needsThrift = ({ memory, milliseconds }) => (memory !== undefined && memory <= 2) || milliseconds > SLOW;

/** How long four million small steps take here; about 10 ms with a just-in-time compiler, far above 60 without. */
export function measureDevice() {
	const began = performance.now();
	let x = 1;
	for (let i = 0; i < 4_000_000; i++)
		x = (Math.imul(x, 1664525) + 1013904223) | 0;
	const milliseconds = performance.now() - began;
	return { memory: /** @type {any} */ (globalThis.navigator)?.deviceMemory, milliseconds: x === 0.5 ? 0 : milliseconds };
}
