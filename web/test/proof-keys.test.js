// SPDX-License-Identifier: AGPL-3.0-or-later
// proof-keys.test.js: every row of test/vectors/keys.json but the key files: editions, codes, tags, possession, Ed25519 keys, pins

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concat, fromNumber, toHex, toNumber } from '../src/base/bytes.js';
import { decodeScalar, L } from '../src/group/scalar.js';
import { isAuthorityKey, memberKeyOfAuthority, memberSecretOfSeed, verifyAuthority } from '../src/proof/authority.js';
import { decodeCode, encodeCode, suggestCode, wrongGroups } from '../src/proof/code.js';
import { advance, editionKey, nextState } from '../src/proof/edition.js';
import { pinOf, shortForm } from '../src/proof/pin.js';
import { memberKey, provePossession, verifyPossession } from '../src/proof/possession.js';
import { computeTag, signWithTag, verifyTagSignature } from '../src/proof/tag.js';

const vectors = JSON.parse(readFileSync(new URL('../../test/vectors/keys.json', import.meta.url), 'utf8'));
/** @param {string} hex */
const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
/** @param {string} hex @returns {bigint} */
const scalar = (hex) => decodeScalar(bytes(hex)) ?? assert.fail('not a scalar');
/** @param {() => unknown} act @param {string} code */
const refused = (act, code) => assert.throws(act, (/** @type {any} */ error) => error.code === code);

test('editions: states, secrets, keys and codes of every chain', () => {
	for (const chain of vectors.editions)
		chain.forEach((row, i) => {
			const state = bytes(row.state);
			const x = editionKey(state, row.series);
			assert.equal(x, scalar(row.secret));
			assert.equal(toHex(memberKey(x)), row.key);
			assert.equal(encodeCode({ state, edition: row.edition }), row.code);
			assert.deepEqual(decodeCode(row.code), { state, edition: row.edition });
			if (i > 0)
				assert.equal(toHex(nextState(bytes(chain[i - 1].state))), row.state);
		});
});

test('advancing wipes every state that it leaves', () => {
	const [first, , , last] = vectors.editions[0];
	const state = bytes(first.state);
	assert.equal(toHex(advance(state, 3)), last.state);
	assert.ok(state.every((byte) => byte === 0));
});

test('tags', () => {
	for (const row of vectors.tags)
		assert.equal(toHex(computeTag(scalar(row.secret), bytes(row.letter_id))), row.tag);
});

test('tag signatures: made byte for byte, and judged', () => {
	let made = 0;
	for (const row of vectors.tag_signatures) {
		const [letterId, message] = [bytes(row.letter_id), bytes(row.message)];
		assert.equal(verifyTagSignature(letterId, bytes(row.tag), message, bytes(row.signature)), row.valid, row.why);
		if (row.valid && row.fresh) {
			assert.equal(toHex(signWithTag(scalar(row.secret), letterId, message, bytes(row.fresh))), row.signature);
			made++;
		}
	}
	assert.ok(made > 0);
	const row = vectors.tag_signatures.find((each) => each.valid);
	const args = [bytes(row.letter_id), bytes(row.tag), bytes(row.message)];
	assert.equal(verifyTagSignature(...args, bytes(row.signature).subarray(0, 63)), false);
	assert.equal(verifyTagSignature(...args, bytes(row.signature + '00')), false);
});

test('possession: made byte for byte, and judged', () => {
	let made = 0;
	for (const row of vectors.possession) {
		assert.equal(verifyPossession(bytes(row.key), row.series, row.edition, bytes(row.proof)), row.valid, row.why);
		if (row.valid && row.fresh) {
			assert.equal(toHex(provePossession(scalar(row.secret), row.series, row.edition, bytes(row.fresh))), row.proof);
			made++;
		}
	}
	assert.ok(made > 0);
});

test('existing Ed25519 keys become member keys, or are refused', () => {
	for (const row of vectors.ed25519) {
		const key = bytes(row.public);
		assert.equal(isAuthorityKey(key), row.valid, row.why);
		assert.equal(memberKeyOfAuthority(key) === null, !row.valid);
		if (!row.valid)
			continue;
		assert.equal(toHex(memberKeyOfAuthority(key)), row.key);
		assert.equal(memberSecretOfSeed(bytes(row.seed)), scalar(row.secret));
		assert.equal(toHex(memberKey(memberSecretOfSeed(bytes(row.seed)))), row.key);
	}
});

test('authorities: one verdict, also where libraries differ', () => {
	const seed = bytes(vectors.ed25519[0].seed), key = bytes(vectors.ed25519[0].public);
	const message = bytes('00ff61'), good = ed25519.sign(message, seed);
	assert.equal(verifyAuthority(key, message, good), true);
	assert.equal(verifyAuthority(key, bytes('00ff62'), good), false);
	assert.equal(verifyAuthority(bytes(vectors.ed25519[1].public), message, good), false);
	assert.equal(verifyAuthority(key, message, good.subarray(0, 63)), false);

	const s = decodeScalar(good.subarray(32)) ?? assert.fail();
	const unreduced = good.slice();
	unreduced.set(fromNumber(s + L, 32), 32);
	assert.equal(verifyAuthority(key, message, unreduced), false, 's + L');

	const torsion = ed25519.Point.fromBytes(bytes('ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'));
	const bent = ed25519.Point.fromBytes(key).add(torsion).toBytes();
	assert.equal(isAuthorityKey(bent), false);
	assert.equal(verifyAuthority(bent, message, good), false);
	const bentR = good.slice();
	bentR.set(ed25519.Point.fromBytes(good.subarray(0, 32)).add(torsion).toBytes());
	assert.equal(verifyAuthority(key, message, bentR), false);
	/* R the identity and s = k·a satisfy the equation, and are refused all the same */
	const a = memberSecretOfSeed(seed), R = bytes('01' + '00'.repeat(31));
	const k = toNumber(sha512(concat(R, key, message)));
	assert.equal(verifyAuthority(key, message, concat(R, fromNumber((k * a) % L, 32))), false);
});

test('written codes: every row; case, ASCII white space and dashes do not matter, others do', () => {
	for (const row of vectors.codes)
		if (row.valid)
			assert.deepEqual(decodeCode(row.code), { state: bytes(row.state), edition: row.edition });
		else
			refused(() => decodeCode(row.code), row.why.startsWith('checksum') ? 'code_check' : 'code_form');
	const { code, edition } = vectors.editions[0][0];
	assert.equal(decodeCode(` ${code.replaceAll('-', '\t\n\v\f\r ')}-`).edition, edition);
	refused(() => decodeCode(code.replaceAll('-', '\u2013')), 'code_form');
	refused(() => decodeCode(code.replaceAll('-', '\u00a0')), 'code_form');
	refused(() => decodeCode(code.replace('k', '\u212a')), 'code_form'); /* KELVIN SIGN, whose lower case is k */
});

test('a slip in a code is found by trial, wherever it is', () => {
	const { code } = vectors.editions[0][0];
	const chars = code.replaceAll('-', '');
	for (let i = 0; i < 40; i++) {
		for (const wrong of [chars[i] === 'q' ? 'r' : 'q', '1'])
			assert.equal(suggestCode(chars.slice(0, i) + wrong + chars.slice(i + 1)), code);
		const swapped = chars.slice(0, i) + (chars[i + 1] ?? '') + chars[i] + chars.slice(i + 2);
		assert.equal(suggestCode(swapped.toUpperCase()), swapped === chars ? null : code);
	}
	assert.equal(suggestCode(code), null, 'holds as it stands');
	assert.equal(suggestCode(chars.slice(1)), null);
	assert.equal(suggestCode('11' + chars.slice(2)), null);
});

test('typing a code again: which groups are wrong', () => {
	const { code } = vectors.editions[0][0];
	assert.deepEqual(wrongGroups(code.toUpperCase().replaceAll('-', ' '), code), []);
	assert.deepEqual(wrongGroups('1' + code.slice(1, -1) + '8', code), [0, 9]);
	assert.deepEqual(wrongGroups(code.slice(5, 10) + code.slice(0, 5) + code.slice(10), code), [0, 1]);
	refused(() => wrongGroups(code.slice(1), code), 'code_form');
	refused(() => wrongGroups('', code), 'code_form');
});

test('pins and short forms', () => {
	for (const row of vectors.pins) {
		const pin = pinOf(row.quorum, row.keys.map(bytes));
		assert.equal(toHex(pin), row.pin);
		assert.equal(shortForm(pin), row.short);
		assert.notDeepEqual(pinOf(row.quorum + 1, row.keys.map(bytes)), pin);
	}
	for (const row of vectors.short_ids)
		assert.equal(shortForm(bytes(row.id)), row.short);
});
