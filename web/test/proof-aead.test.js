// SPDX-License-Identifier: AGPL-3.0-or-later
// proof-aead.test.js: XChaCha20-Poly1305: the vector of its draft, the library as the oracle, and nothing that was changed opens

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import test from 'node:test';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { toHex, utf8 } from '../src/base/bytes.js';
import { openBytes, sealBytes } from '../src/proof/aead.js';

const SEED = process.env.SEED ?? randomBytes(8).toString('hex');
let drawn = 0;
/** @param {number} n */
const bytes = (n) => new Uint8Array(createHash('shake256', { outputLength: n }).update(`${SEED} ${drawn++}`).digest());
/** @param {string} hex */
const unhex = (hex) => new Uint8Array(Buffer.from(hex, 'hex'));

test.before(() => console.log(`# SEED=${SEED}`));

test('draft-irtf-cfrg-xchacha-03, A.3.1', () => {
	const plain = utf8("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.");
	const key = unhex('808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f'), nonce = unhex('404142434445464748494a4b4c4d4e4f5051525354555657'), ad = unhex('50515253c0c1c2c3c4c5c6c7');
	const sealed = sealBytes(key, nonce, ad, plain);
	assert.equal(toHex(sealed.subarray(0, 16)), 'bd6d179d3e83d43b9576579493c0e939');
	assert.equal(toHex(sealed.subarray(-16)), 'c0875924c1c7987947deafd8780acf49');
	assert.deepEqual(openBytes(key, nonce, ad, sealed), plain);
});

test('every length near the edges of blocks, as the library; parts of other buffers too', () => {
	for (const size of [0, 1, 15, 16, 17, 31, 32, 63, 64, 65, 127, 128, 129, 1000, 5000])
		for (const adSize of [0, 12, 16, 72]) {
			const key = bytes(40).subarray(3, 35), nonce = bytes(33).subarray(5, 29), ad = bytes(adSize), plain = bytes(size + 7).subarray(7);
			const expected = xchacha20poly1305(key, nonce, ad).encrypt(plain);
			assert.equal(toHex(sealBytes(key, nonce, ad, plain)), toHex(expected), `${size} ${adSize}`);
			assert.equal(toHex(openBytes(key, nonce, ad, expected) ?? bytes(1)), toHex(plain));
		}
});

test('sums at the edges of their modulus', () => {
	for (const fill of [0, 255])
		for (let i = 0; i < 40; i++) {
			const key = bytes(32), nonce = bytes(24), ad = new Uint8Array(48).fill(fill), plain = new Uint8Array(64).fill(fill);
			const expected = xchacha20poly1305(key, nonce, ad).encrypt(plain);
			assert.equal(toHex(sealBytes(key, nonce, ad, plain)), toHex(expected));
		}
});

test('one bit anywhere, a byte more or less, or another key, nonce or ad: nothing opens', () => {
	const key = bytes(32), nonce = bytes(24), ad = bytes(20), sealed = sealBytes(key, nonce, ad, bytes(70));
	const bent = (/** @type {Uint8Array} */ of, /** @type {number} */ bit) => of.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
	for (let bit = 0; bit < 8 * sealed.length; bit++)
		assert.equal(openBytes(key, nonce, ad, bent(sealed, bit)), null, String(bit));
	for (const bit of [0, 100, 159, 255])
		assert.equal(openBytes(bent(key, bit), nonce, ad, sealed), null);
	for (const bit of [0, 100, 191])
		assert.equal(openBytes(key, bent(nonce, bit), ad, sealed), null);
	assert.equal(openBytes(key, nonce, bent(ad, 159), sealed), null);
	assert.equal(openBytes(key, nonce, new Uint8Array([...ad, 0]), sealed), null);
	for (const other of [sealed.subarray(1), sealed.subarray(0, -1), new Uint8Array([...sealed, 0]), sealed.subarray(0, 16), sealed.subarray(0, 15), new Uint8Array(0)])
		assert.equal(openBytes(key, nonce, ad, other), null);
	assert.throws(() => sealBytes(key.subarray(1), nonce, ad, sealed));
	assert.throws(() => openBytes(key, nonce.subarray(1), ad, sealed));
});
