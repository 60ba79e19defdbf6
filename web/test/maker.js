// SPDX-License-Identifier: AGPL-3.0-or-later
// maker.js: for tests: small letters made of nothing, record by record, with the page's own proofs

import { ed25519 } from '@noble/curves/ed25519.js';
import { createHash } from 'node:crypto';
import { encodeBase64url } from '../src/base/base64url.js';
import { compare, concat, toNumber, utf8 } from '../src/base/bytes.js';
import { mod } from '../src/group/scalar.js';
import { BASE, decodePoint, encodePoint, multiply } from '../src/group/point.js';
import { Letter } from '../src/letter/letter.js';
import { proveRing, ringId } from '../src/proof/ring.js';
import { signWithTag } from '../src/proof/tag.js';
import { encodeRecord, idOf, signedMessageOf, tagMessageOf } from '../src/record/record.js';

const hash = (...parts) => new Uint8Array(createHash('sha512').update(concat(...parts)).digest());
/** Bytes that look random and are always the same. @param {number} n */
export const random = (n) => {
	const out = new Uint8Array(n);
	for (let at = 0, i = 0; at < n; at += 64, i++)
		out.set(hash('maker', String(n), String(i)).subarray(0, n - at), at);
	return out;
};
export const NO_SOURCE = { sha256: '', url: '' };

/** An Ed25519 key by its name. @param {string} name */
export function authority(name) {
	const seed = hash('authority', name).slice(0, 32);
	return { seed, key: encodeBase64url(ed25519.getPublicKey(seed)) };
}

/** A member by its number. @param {number} i */
export function member(i) {
	const x = mod(toNumber(hash('member', String(i))));
	const point = multiply(BASE, x);
	return { x, point, key: encodePoint(point) };
}

/** @param {number[]} members their keys, ascending, in a row */
const keysOf = (members) => members.map((i) => member(i).key).sort(compare);

/** @param {any} record its signatures are made anew @param {...string} names of authorities @returns {any} */
export function signed(record, ...names) {
	const whole = { v: 1, ...record, signatures: [] };
	const message = signedMessageOf(whole);
	whole.signatures = names.map(authority).map(({ seed, key }) => ({ key, signature: ed25519.sign(message, seed), bytes: ed25519.getPublicKey(seed) }))
		.sort((a, b) => compare(a.bytes, b.bytes)).map(({ key, signature }) => ({ key, signature }));
	return whole;
}

export const nameOf = (record) => encodeBase64url(idOf(record));
/** @param {number} quorum @param {...string} names */
export const council = (quorum, ...names) => ({
	quorum, keys: names.map(authority).sort((a, b) => compare(ed25519.getPublicKey(a.seed), ed25519.getPublicKey(b.seed))).map(({ key }) => ({ key, name: '', where: '' })),
});

/** A roster and its keys. @param {Record<string, number[]>} bodies members by body @param {any} [change] */
export function roster(bodies, change = {}, ...registrars) {
	const keys = [], list = [];
	for (const id of Object.keys(bodies).sort()) {
		const record = { type: 'keys', v: 1, body: id, keys: concat(...keysOf(bodies[id])) };
		const count = bodies[id].length;
		list.push({ id, name: `Body ${id}`, headcount: 2 * count, count, keys: count === 0 ? '' : nameOf(record) });
		if (count > 0)
			keys.push(record);
	}
	const record = signed({
		type: 'roster', series: 'staff', name: 'Staff', edition: 1, from: '2027-01-01', until: '2027-12-31', extends: '', source: NO_SOURCE, ledger: '', bodies: list, ...change,
	}, ...(registrars.length ? registrars : ['r1', 'r2']));
	return [record, ...keys];
}

export const RULES = {
	rings: 'either', min_ring: 2, max_share: 50, max_share_all: 60, roster: 'grows', release: 3, signers: 2, bodies: 1, closes: '2027-03-31', ends: '2027-06-30',
};

export const WORDS = {
	type: 'words', title: 'On the harbour', body: 'Open it.\n', language: 'en', dated: '', contact: '', replaces: '', salt: new Uint8Array(32).fill(7),
	addressees: [{ id: 'mayor', name: 'The Mayor', key: authority('mayor').key }, { id: 'council', name: 'The Council', key: '' }],
	demands: [{ id: 'd1', text: 'Open.' }, { id: 'd2', text: 'Mend.' }],
};

/** Rosters, letter and words of a letter: what later lines refer to. */
export class Made {
	/** @param {{ rosters?: any[][], rules?: any, words?: any, letter?: any, organisers?: string[] }} [options] */
	constructor({ rosters = [roster({ a: [0, 1, 2, 3], b: [4, 5, 6, 7, 8] })], rules = {}, words = {}, letter = {}, organisers = ['o1', 'o2'] } = {}) {
		this.rosters = rosters;
		this.roster = rosters.at(-1)[0];
		this.words = signed({ ...WORDS, ...words }, ...organisers);
		this.letter = signed({
			type: 'letter', words: nameOf(this.words), roster: nameOf(this.roster), registrars: council(2, 'r1', 'r2'), organisers: council(2, 'o1', 'o2', 'o3'),
			rules: { ...RULES, ...rules }, ...letter,
		}, ...organisers);
		this.id = nameOf(this.letter);
	}

	/** Down to the letter; to its words. */
	get head() {
		return [...this.rosters.flat(), this.letter];
	}
	get lines() {
		return [...this.head, this.words];
	}

	/** A record of this letter by its organisers, or by others. @param {any} record @param {...string} names */
	say(record, ...names) {
		return signed({ letter: this.id, ...record }, ...(names.length ? names : ['o1', 'o2']));
	}

	/** @param {number} i a member @param {string} ring @param {number[]} members of that ring @param {any} [change] */
	sign(i, ring, members, change = {}) {
		const keys = keysOf(members), named = change.roster ?? nameOf(this.roster);
		const { tag, proof } = proveRing({
			letterId: idOf(this.letter), ringId: ringId(bytes(named), ring), points: keys.map((key) => decodePoint(key)), index: keys.findIndex((key) => compare(key, member(i).key) === 0),
			secret: member(i).x, fresh: random(32),
		});
		return { type: 'signature', v: 1, letter: this.id, roster: named, ring, tag: encodeBase64url(tag), proof, ...change };
	}

	/** A withdrawal or vote of a signature's tag. @param {number} i @param {any} signature @param {any} record */
	act(i, signature, record) {
		const whole = { v: 1, letter: this.id, tag: signature.tag, proof: new Uint8Array(64), ...record };
		return { ...whole, proof: signWithTag(member(i).x, idOf(this.letter), tagMessageOf(whole), random(32)) };
	}
}

/** @param {string} name */
const bytes = (name) => new Uint8Array(Buffer.from(name, 'base64url'));

/** @param {(any | string | Uint8Array)[]} lines records, or lines as they are @returns {Uint8Array} a file */
export const fileOf = (lines) => concat(...lines.flatMap((line) => [typeof line === 'string' || line instanceof Uint8Array ? line : encodeRecord(line), '\n']));

/** Reads a file; throws what it is refused for. @param {Uint8Array} file @param {any} [options] @param {number} [chunk] @returns {Letter} */
export function read(file, options = {}, chunk = file.length || 1) {
	const letter = new Letter({ random, ...options });
	for (let at = 0; at < file.length; at += chunk)
		letter.feed(file.subarray(at, at + chunk));
	letter.end();
	return letter;
}

/** 'valid', or code and line of the first fault. @param {any[] | Uint8Array} lines @param {any} [options] @returns {string} */
export function verdict(lines, options) {
	try {
		read(lines instanceof Uint8Array ? lines : fileOf(lines), options);
		return 'valid';
	} catch (fault) {
		if (fault.name !== 'Refusal')
			throw fault;
		return `${fault.code} ${fault.line}`;
	}
}

export { utf8 };
