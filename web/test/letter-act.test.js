// SPDX-License-Identifier: AGPL-3.0-or-later
// letter-act.test.js: there is one way to a tag, and it asks first: the letter whole, its registrars those of the pin, its words opened

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import test from 'node:test';
import { ed25519 } from '@noble/curves/ed25519.js';
import { encodeBase64url } from '../src/base/base64url.js';
import { concat } from '../src/base/bytes.js';
import { Actor, checked } from '../src/letter/act.js';
import { Letter } from '../src/letter/letter.js';
import { optionsOf } from '../src/letter/options.js';
import { linkKey, openSealed, unseal } from '../src/letter/seal.js';
import { editionKey } from '../src/proof/edition.js';
import { memberKey } from '../src/proof/possession.js';
import { computeTag } from '../src/proof/tag.js';
import { bytesOfName } from '../src/record/fields.js';
import { encodeRecord, idOf, nameOf, signedMessageOf } from '../src/record/record.js';

const random = (/** @type {number} */ n) => new Uint8Array(randomBytes(n));
const EXPECTED = JSON.parse(readFileSync(new URL('../../test/vectors/letters/expected.json', import.meta.url), 'utf8'));
/** @param {string} name */
const fileOf = (name) => new Uint8Array(readFileSync(new URL(`../../test/vectors/letters/${name}.letter`, import.meta.url)));
/** @param {() => unknown} act @param {string} code */
const refused = (act, code) => assert.throws(act, (/** @type {any} */ error) => error.code === code || assert.fail(`${error.code ?? error.stack}, not ${code}`));

const SEED = new Uint8Array(32).fill(1), AUTHORITY = encodeBase64url(ed25519.getPublicKey(SEED));
const COUNCIL = { keys: [{ key: AUTHORITY, name: '', where: '' }], quorum: 1 };
const LETTER_ID = 'A'.repeat(43);

/** @template {import('../src/record/shapes.js').SignedRecord} R @param {R} record @returns {R} */
const signed = (record) => ({ ...record, signatures: [{ key: AUTHORITY, signature: ed25519.sign(signedMessageOf(record), SEED) }] });

/** A letter on a roster of these states' keys, in one body. @param {Uint8Array[]} states @param {{ sealed?: boolean, edition?: number }} [how] @returns {Uint8Array} */
function letterOf(states, { sealed = false, edition = 1 } = {}) {
	const points = states.map((state) => Buffer.from(memberKey(editionKey(state, 'town')))).sort(Buffer.compare);
	const keys = /** @type {const} */ ({ type: 'keys', v: 1, body: 'mint', keys: new Uint8Array(Buffer.concat(points)) });
	const source = { sha256: '', url: '' };
	const roster = signed({
		type: 'roster', v: 1, series: 'town', name: 'Town', edition, from: '2026-01-01', until: '2026-12-31', extends: '', source, ledger: '', signatures: [],
		bodies: [{ id: 'mint', name: 'Mint', headcount: 9, count: states.length, keys: nameOf(keys) }],
	});
	const words = signed({
		type: 'words', v: 1, title: 'T', addressees: [{ id: 'mayor', name: 'Mayor', key: '' }], body: 'B', language: 'en', demands: [], dated: '', contact: '', replaces: '',
		salt: new Uint8Array(32), signatures: [],
	});
	const rules = /** @type {const} */ ({ rings: 'either', min_ring: 2, max_share: 100, max_share_all: 100, roster: 'fixed', release: 1, signers: 0, bodies: 0, closes: '2026-06-30', ends: '2026-12-31' });
	const letter = signed({ type: 'letter', v: 1, words: nameOf(words), roster: nameOf(roster), registrars: COUNCIL, organisers: COUNCIL, rules, signatures: [] });
	const records = [roster, keys, letter, ...(sealed ? [] : [words])];
	return concat(...records.flatMap((record) => [encodeRecord(record), '\n']));
}

/** @param {Uint8Array} file @param {boolean} [end] */
function read(file, end = true) {
	const letter = new Letter({ random });
	letter.feed(file);
	if (end)
		letter.end();
	return letter;
}

const STATES = [1, 2, 3].map((n) => new Uint8Array(20).fill(n));
/** @param {Partial<import('../src/letter/act.js').Member>} [changes] @returns {import('../src/letter/act.js').Member} */
const member = (changes) => ({ kind: 'chain', edition: 1, series: 'town', pin: null, secret: () => editionKey(STATES[0], 'town'), ...changes });

/** A tag function that counts. */
function spy() {
	const seen = { tags: 0, /** @type {typeof computeTag} */ tagOf: (x, letterId) => (seen.tags++, computeTag(x, letterId)) };
	return seen;
}

test('the right pin, or none, computes a tag; a wrong one computes none', () => {
	const letter = read(letterOf(STATES));
	for (const pin of [null, letter.pin]) {
		const seen = spy();
		checked(letter, member({ pin }), seen.tagOf);
		assert.equal(seen.tags, 1);
	}
	for (let i = 0; i < 32; i++) { /* all 32 bytes are compared */
		const seen = spy(), pin = letter.pin.slice();
		pin[i] ^= 1;
		refused(() => checked(letter, member({ pin, secret: () => assert.fail('the secret was asked for') }), seen.tagOf), 'pin');
		assert.equal(seen.tags, 0);
	}
});

test('no tag on a letter that was not read to its end, that failed, or that goes on', () => {
	const seen = spy(), file = letterOf(STATES);
	refused(() => checked(read(file, false), member(), seen.tagOf), 'no_letter');
	refused(() => checked(new Letter({ random }), member(), seen.tagOf), 'no_letter');
	const failed = new Letter({ random });
	assert.throws(() => { failed.feed(concat(file, 'x\n')); });
	refused(() => checked(failed, member(), seen.tagOf), 'no_letter');
	const more = read(file);
	more.feed(new Uint8Array(0));
	refused(() => checked(more, member(), seen.tagOf), 'no_letter');
	assert.equal(seen.tags, 0);
});

test('no tag while the words are sealed; nor on keys of another kind, edition, series or roll', () => {
	const seen = spy();
	refused(() => checked(read(letterOf(STATES, { sealed: true })), member(), seen.tagOf), 'sealed');
	const letter = read(letterOf(STATES));
	refused(() => checked(letter, member({ edition: 2 }), seen.tagOf), 'edition');
	refused(() => checked(letter, member({ series: 'city' }), seen.tagOf), 'not_in_ring');
	refused(() => checked(letter, member({ kind: 'imported', edition: 0, series: '' }), seen.tagOf), 'key_kind');
	refused(() => checked(read(letterOf(STATES, { edition: 0 })), member(), seen.tagOf), 'key_kind');
	refused(() => checked(letter, member({ secret: () => 5n }), seen.tagOf), 'not_in_ring');
	assert.equal(seen.tags, 0);
	checked(read(letterOf(STATES, { edition: 0 })), member({ kind: 'imported', edition: 0, series: '' }), seen.tagOf);
	assert.equal(seen.tags, 1);
});

test('nothing but checked() makes an Actor, and nothing but letter/act.js asks for a tag', () => {
	assert.throws(() => new Actor(Symbol('checked'), /** @type {any} */ ({})), /made by checked/);
	const src = new URL('../src/', import.meta.url);
	for (const layer of readdirSync(src, { withFileTypes: true }).filter((entry) => entry.isDirectory()))
		for (const name of readdirSync(new URL(`${layer.name}/`, src)).filter((each) => each.endsWith('.js'))) {
			const text = readFileSync(new URL(`${layer.name}/${name}`, src), 'utf8');
			const asks = /\b(computeTag|proveRing|signWithTag)\b/.test(text);
			assert.equal(asks && layer.name !== 'proof', layer.name === 'letter' && name === 'act.js', `${layer.name}/${name}`);
			if (name === 'act.js')
				assert.equal(text.match(/\b(computeTag|tagOf)\b\(/g)?.length, 1, 'one place, behind every check');
		}
});

test('signing, withdrawing: each line stands when it is appended', () => {
	const file = letterOf(STATES), today = '2026-06-30';
	const line = checked(read(file), member()).sign('mint', { today, random });
	const letter = read(concat(file, line, '\n'));
	assert.equal(letter.tags.size, 1);
	const actor = checked(letter, member());
	assert.deepEqual(actor.standing, { stands: 'signed', ring: 'mint' });
	refused(() => actor.sign('mint', { today, random }), 'tag_known');
	const taken = actor.withdraw({ today: '2026-12-31', random });
	const after = read(concat(file, line, '\n', taken, '\n'));
	assert.deepEqual(checked(after, member()).standing, { stands: 'withdrawn', ring: 'mint' });
	const { stands, certain, open_to_sign: open } = optionsOf(checked(after, member()), '2026-07-01');
	assert.deepEqual({ stands, certain, open }, { stands: 'withdrawn', certain: true, open: false });
	refused(() => checked(read(file), member()).sign('mint', { today: '2026-07-01', random }), 'after_closes');
	refused(() => checked(read(file), member()).sign('harbour', { today, random }), 'ring_unknown');
});

test('a signature that the file does not hold is taken back only where it may wait elsewhere; one that was taken back, never again', () => {
	const file = letterOf(STATES), today = '2026-06-30';
	const unsigned = checked(read(file), member());
	refused(() => unsigned.withdraw({ today, random }), 'tag_unknown');
	refused(() => unsigned.withdraw({ today, random, waits: false }), 'tag_unknown');
	const taken = unsigned.withdraw({ today, random, waits: true });
	assert.deepEqual([optionsOf(unsigned, today).certain, optionsOf(unsigned, today, true).certain], [true, false]);
	const line = unsigned.sign('mint', { today, random });
	assert.equal(optionsOf(checked(read(concat(file, line, '\n')), member()), today, true).certain, true);
	const after = checked(read(concat(file, line, '\n', taken, '\n')), member()); // it fits the signature that came out later
	assert.equal(after.standing.stands, 'withdrawn');
	refused(() => after.withdraw({ today, random, waits: true }), 'withdrawn_already');
});

test('sealed words: what the link opens is what the letter names', () => {
	const letter = read(fileOf('valid-sealed')), { link } = EXPECTED['valid-sealed'];
	refused(() => openSealed(letter, `${link.slice(0, -1)}Q`), 'link');
	refused(() => openSealed(letter, ''), 'link');
	assert.equal(letter.shownWords, null);
	for (const end of [`#sign:a;key=${link.slice(0, -1)}Q`, `#sign:a;key=${link}A`, `#sign:a;key=`, `#sign:a;${link}`, `#${link}=`])
		refused(() => openSealed(letter, `https://example.org/undersigned.html${end}`), 'link');
	openSealed(read(fileOf('valid-sealed')), `https://example.org/undersigned.html#sign:a;key=${link}`);
	openSealed(letter, `https://example.org/#x#${link}`);
	assert.equal(nameOf(/** @type {import('../src/record/shapes.js').Words} */ (letter.shownWords)), /** @type {any} */ (letter.record).words);
	const ciphertext = /** @type {any} */ (letter.sealed).ciphertext;
	refused(() => unseal(ciphertext, linkKey(link), bytesOfName(LETTER_ID)), 'link');
	const changed = ciphertext.slice();
	changed[100] ^= 1;
	refused(() => unseal(changed, linkKey(link), letter.idBytes), 'link');
	assert.ok(idOf(/** @type {any} */ (letter.record)).length === 32);
	refused(() => openSealed(read(fileOf('valid-base')), link), 'sealed');
});
