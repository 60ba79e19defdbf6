// SPDX-License-Identifier: AGPL-3.0-or-later
// proof/keyfile.js: the 208 bytes of a key file (spec/records.md, Outside the letter file)

import { argon2id } from '@noble/hashes/argon2.js';
import { concat, equal, u16be, utf8 } from '../base/bytes.js';
import { Refusal } from '../base/refusal.js';
import { decodeScalar } from '../group/scalar.js';
import { openBytes, sealBytes } from './aead.js';
import { EDITION_MAX, STATE_SIZE } from './edition.js';

/** @typedef {import('../base/refusal.js').Progress} Progress */
/** @typedef {import('../base/refusal.js').Random} Random */
/** @typedef {0 | 1 | 2} Kdf 0: no passphrase; 1: Argon2id with 256 MiB; 2: with 64 MiB */
/** @typedef {'chain' | 'imported' | 'authority'} Kind */
/**
 * secret: the state (20 bytes), x or the Ed25519 seed (32 bytes). edition and series: 0 and '' unless a chain. pin: null where there is none.
 * @typedef {{ kind: Kind, edition: number, secret: Uint8Array, series: string, pin: Uint8Array | null }} KeyContent
 */

export const KEY_FILE_SIZE = 208;
const HEADER = 64, PLAIN = 128;
const SALT = 24, NONCE = 40; /* where they stand in the header */
const SECRET = 3, SERIES = 35, HAS_PIN = 67, PIN = 68, PADDING = 100; /* in the plaintext */
/** @type {readonly Kind[]} */
const KINDS = ['chain', 'imported', 'authority'];
const MEMORY_KIB = [0, 256 * 1024, 64 * 1024];
const SERIES_FORM = /^[a-z][a-z0-9-]{0,31}$/;

/** @param {Kdf} kdf */
const headerStart = (kdf) => concat('undersigned key\0', new Uint8Array([1, kdf, 0, 0, 0, 0, 0, 0]));
/** @param {Uint8Array} bytes */
const allZero = (bytes) => bytes.every((byte) => byte === 0);

/**
 * UTF-8 in NFC, one final LF dropped. @param {string} text @returns {Uint8Array}
 */
const passphraseBytes = (text) => utf8((text.endsWith('\n') ? text.slice(0, -1) : text).normalize('NFC'));

/**
 * @param {Uint8Array} passphrase @param {Uint8Array} salt @param {Kdf} kdf @param {Progress} [progress]
 * @returns {Uint8Array} 32 bytes, to be wiped
 */
function stretch(passphrase, salt, kdf, progress) {
	if (kdf === 0)
		return new Uint8Array(32);
	/** @param {number} part */
	const onProgress = (part) => progress?.(Math.round(1000 * part), 1000);
	try {
		return argon2id(passphrase, salt, { m: MEMORY_KIB[kdf], t: 3, p: 1, version: 0x13, dkLen: 32, onProgress });
	} catch (error) {
		/* the array of 256 or 64 MiB: browsers differ in what they throw then */
		if (error instanceof RangeError || !(error instanceof Error) || error.name === 'InternalError')
			throw new Refusal('memory', { detail: String(error) });
		throw error;
	}
}

/**
 * What the header says, without a passphrase. @param {Uint8Array} file @returns {{ kdf: Kdf }}
 * @throws {Refusal} key_file
 */
export function peekKeyFile(file) {
	const kdf = /** @type {Kdf} */ (file[17]);
	if (file.length !== KEY_FILE_SIZE || kdf > 2 || !equal(file.subarray(0, SALT), headerStart(kdf)))
		throw new Refusal('key_file');
	return { kdf };
}

/** @param {Kind} kind @param {Uint8Array} secret 32 bytes */
function secretInRange(kind, secret) {
	if (kind === 'chain')
		return allZero(secret.subarray(STATE_SIZE));
	return kind === 'authority' || (decodeScalar(secret) !== null && !allZero(secret));
}

/** @param {Uint8Array} plain 128 bytes @returns {KeyContent} */
function decodePlain(plain) {
	const kind = KINDS[plain[0] - 1];
	const edition = (plain[1] << 8) | plain[2];
	const secret = plain.subarray(SECRET, SERIES);
	const series = String.fromCharCode(...plain.subarray(SERIES, HAS_PIN)).replace(/\0+$/, '');
	const pin = plain.subarray(PIN, PADDING);
	const isChain = kind === 'chain';
	if (
		kind === undefined || !secretInRange(kind, secret) || (isChain ? !SERIES_FORM.test(series) : series !== '' || edition !== 0) ||
		plain[HAS_PIN] > 1 || (plain[HAS_PIN] === 0 && !allZero(pin)) || !allZero(plain.subarray(PADDING))
	)
		throw new Refusal('key_file');
	return { kind, edition, secret: secret.slice(0, isChain ? STATE_SIZE : 32), series, pin: plain[HAS_PIN] === 1 ? pin.slice() : null };
}

/** @param {KeyContent} content @returns {Uint8Array} 128 bytes, to be wiped */
function encodePlain({ kind, edition, secret, series, pin }) {
	const plain = new Uint8Array(PLAIN);
	plain[0] = KINDS.indexOf(kind) + 1;
	plain.set(u16be(edition), 1);
	plain.set(secret, SECRET);
	plain.set(utf8(series), SERIES);
	if (pin !== null) {
		plain[HAS_PIN] = 1;
		plain.set(pin, PIN);
	}
	return plain;
}

/**
 * @param {Uint8Array} file @param {string} passphrase not looked at where the file has none @param {Progress} [progress]
 * @returns {KeyContent}
 * @throws {Refusal} key_file: not one, or its inside is not what the format allows; passphrase: does not open, or is needed; memory
 */
export function openKeyFile(file, passphrase, progress) {
	const { kdf } = peekKeyFile(file);
	const bytes = passphraseBytes(passphrase);
	if (kdf !== 0 && bytes.length === 0)
		throw new Refusal('passphrase');
	const header = file.subarray(0, HEADER);
	const key = stretch(bytes, header.subarray(SALT, NONCE), kdf, progress);
	bytes.fill(0);
	const plain = openBytes(key, header.subarray(NONCE), header, file.subarray(HEADER));
	key.fill(0);
	if (plain === null)
		throw new Refusal(kdf === 0 ? 'key_file' : 'passphrase');
	try {
		return decodePlain(plain);
	} finally {
		plain.fill(0);
	}
}

/**
 * @param {KeyContent} content as openKeyFile could give: anything else is our own mistake
 * @param {string} passphrase '' iff kdf is 0 @param {{ kdf: Kdf, random: Random, progress?: Progress }} how
 * @returns {Uint8Array} 208 bytes
 * @throws {Refusal} memory
 */
export function sealKeyFile(content, passphrase, { kdf, random, progress }) {
	const bytes = passphraseBytes(passphrase);
	if ((kdf === 0) !== (bytes.length === 0) || content.edition > EDITION_MAX)
		throw new Error('sealKeyFile: kdf and passphrase do not fit');
	const plain = encodePlain(content);
	decodePlain(plain).secret.fill(0);
	const header = concat(headerStart(kdf), random(16), random(24));
	const key = stretch(bytes, header.subarray(SALT, NONCE), kdf, progress);
	const sealed = sealBytes(key, header.subarray(NONCE), header, plain);
	for (const secret of [bytes, plain, key])
		secret.fill(0);
	return concat(header, sealed);
}
