// SPDX-License-Identifier: AGPL-3.0-or-later
// proof/pin.js: the registrars' pin, and the short form of an id for eye and telephone (spec/records.md)

import { sha256 } from '@noble/hashes/sha2.js';
import { concat, toHex } from '../base/bytes.js';

/** @param {number} quorum 1 … 16 @param {Uint8Array[]} keys ascending, as they stand in the council @returns {Uint8Array} 32 bytes */
export const pinOf = (quorum, keys) => sha256(concat('undersigned/1 pin', new Uint8Array([0, quorum]), ...keys));

/** The first 10 bytes as a big-endian integer mod 10^24. @param {Uint8Array} bytes 10 or more @returns {string} 24 digits in groups of four */
export function shortForm(bytes) {
	const digits = (BigInt('0x' + toHex(bytes.subarray(0, 10))) % 10n ** 24n).toString().padStart(24, '0');
	return digits.replace(/(....)(?=.)/g, '$1 ');
}
