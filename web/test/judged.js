// SPDX-License-Identifier: AGPL-3.0-or-later
// judged.js: for crossing tests: one case (a line, a file, proofs), as the core judges it (test/storm/judge.c, a long-running program) and as the page's modules do

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeBase64url } from '../src/base/base64url.js';
import { concat, toHex, u32be } from '../src/base/bytes.js';
import { Refusal } from '../src/base/refusal.js';
import { decodePoint, decodePoints } from '../src/group/point.js';
import { Letter } from '../src/letter/letter.js';
import { stateOf } from '../src/letter/state.js';
import { memberKeyOfAuthority, verifyAuthority } from '../src/proof/authority.js';
import { verifyPossession } from '../src/proof/possession.js';
import { firstBadProof, isGoodProof } from '../src/proof/ring.js';
import { verifyTagSignature } from '../src/proof/tag.js';
import { bytesOfName } from '../src/record/fields.js';
import { encodeRecord, decodeRecord, idOf } from '../src/record/record.js';
import { TODAY } from './town.js';

/** @typedef {{ verdict: string, reason: string }} Judged reason: why, in an implementation's own words; they need not agree */

export const JUDGE = process.env.JUDGE ?? join(fileURLToPath(new URL('../..', import.meta.url)), 'build/plain/test/storm/judge');
const random = (/** @type {number} */ n) => new Uint8Array(randomBytes(n));
const text = (/** @type {Uint8Array} */ bytes) => new TextDecoder().decode(bytes);

/** The core. Cases are answered in their order; any number may be on their way. */
export class Judge {
	/** @type {((judged: Judged) => void)[]} */
	#waiting = [];
	#read = '';

	constructor() {
		if (!existsSync(JUDGE))
			throw new Error(`${JUDGE} is missing: build it with ./dev build, or name it in JUDGE`);
		this.child = spawn(JUDGE, { stdio: ['pipe', 'pipe', 'inherit'] });
		this.ended = new Promise((resolve) => this.child.on('close', resolve));
		/* when it dies, so does whoever waits for an answer */
		this.died = new Promise((_, reject) => this.child.on('close', (code, signal) => reject(new Error(`the judge ended: ${code ?? signal}`))));
		this.died.catch(() => {});
		this.child.stdin.on('error', () => {});
		this.child.stdout.setEncoding('utf8').on('data', (data) => this.#take(data));
	}

	/** @param {string} data */
	#take(data) {
		const lines = (this.#read + data).split('\n');
		this.#read = lines.pop() ?? '';
		for (const line of lines) {
			const [verdict, reason] = line.split('\t');
			this.#waiting.shift()?.({ verdict, reason });
		}
	}

	/** @param {Uint8Array} bytes of a case @returns {Promise<Judged>} */
	ask(bytes) {
		/** @type {Promise<Judged>} */
		const answer = new Promise((resolve) => this.#waiting.push(resolve));
		this.child.stdin.write(concat(u32be(bytes.length), bytes));
		return Promise.race([answer, this.died]);
	}

	/** No more cases. @returns {Promise<unknown>} its exit code */
	end() {
		this.child.stdin.end();
		return this.ended;
	}
}

/** A Refusal as a verdict; anything else is a fault of the page. @param {unknown} error @param {(refusal: Refusal) => string} verdict @returns {Judged} */
function refused(error, verdict) {
	if (!(error instanceof Refusal))
		throw error;
	return { verdict: verdict(error), reason: `${error.code} ${error.member}` };
}

/* ---- lines ---- */

/** @param {string} name @returns {boolean} */
const isPoint = (name) => decodePoint(bytesOfName(name)) !== null;

/**
 * What the core asks of a line by itself, and the page where it uses it: a tag is a group element. Enrolments the page writes and never reads: their keys are
 * group elements, ascending by edition.
 * @param {any} record @returns {boolean}
 */
function hasGoodKeys({ type, tag, keys }) {
	if (type !== 'enrolment')
		return tag === undefined || isPoint(tag);
	return keys.every((/** @type {any} */ { edition, key }, /** @type {number} */ i) => isPoint(key) && (i === 0 || keys[i - 1].edition < edition));
}

/** @param {Uint8Array} line @returns {Judged} */
function judgeRecord(line) {
	try {
		const record = decodeRecord(line);
		if (!hasGoodKeys(record))
			return { verdict: 'refused', reason: 'point key' };
		if (Buffer.compare(encodeRecord(record), line) !== 0)
			throw new Error('a record that is written otherwise than it was read');
		return { verdict: `ok ${record.type} ${toHex(idOf(record))}`, reason: '' };
	} catch (error) {
		return refused(error, ({ code }) => (code === 'newer' ? 'newer' : 'refused'));
	}
}

/** @param {Uint8Array} file @param {'file' | 'bundle'} mode @returns {Judged} */
function judgeFile(file, mode) {
	const letter = new Letter({ mode, random });
	try {
		letter.feed(file);
		letter.end();
	} catch (error) {
		return refused(error, ({ code, line }) => `${code === 'newer' ? 'newer' : 'invalid'} in line ${line}`);
	}
	const { signers, bodies, undisclosed, withdrawn } = stateOf(letter, TODAY);
	return { verdict: `valid: ${signers} signers, ${bodies} bodies, ${undisclosed} undisclosed, ${withdrawn} withdrawn`, reason: '' };
}

/* ---- proofs ---- */

/** What is left of a case. */
class Rest {
	/** @param {Uint8Array} bytes */
	constructor(bytes) {
		this.bytes = bytes;
	}

	/** @param {number} [n] unless given all */
	take(n = this.bytes.length) {
		const taken = this.bytes.subarray(0, n);
		this.bytes = this.bytes.subarray(n);
		return taken;
	}

	/** @param {number} n bytes */
	number(n) {
		return this.take(n).reduce((value, byte) => value * 256 + byte, 0);
	}
}

/** @type {Map<string, import('../src/group/point.js').Point[] | number>} rings come again */
const decoded = new Map();

/** @param {Uint8Array} keys */
function pointsOf(keys) {
	const name = encodeBase64url(keys);
	let points = decoded.get(name);
	if (points === undefined) {
		if (decoded.size >= 64)
			decoded.clear();
		decoded.set(name, (points = decodePoints(keys)));
	}
	return points;
}

/** @param {Rest} rest @returns {Judged} */
function judgeRings(rest) {
	const letterId = rest.take(32), rings = [], claims = [];
	for (let count = rest.number(1), r = 0; r < count; r++) {
		const id = rest.take(32), points = pointsOf(rest.take(32 * rest.number(2)));
		if (typeof points === 'number')
			return { verdict: `ring ${r}: key ${points}`, reason: '' };
		rings.push({ id, points });
	}
	for (let count = rest.number(1); count > 0; count--) {
		const ring = rings[rest.number(1)], tag = rest.take(32), proof = rest.take(rest.number(2));
		claims.push({ letterId, ring, tag, proof });
	}
	const alone = claims.map((claim) => isGoodProof(claim)), first = firstBadProof(claims, { random });
	if (first !== alone.indexOf(false))
		throw new Error('a batch and its proofs one by one disagree');
	return { verdict: `${alone.map((good) => (good ? '+' : '-')).join('')} first ${first}`, reason: '' };
}

/** @param {boolean} good @returns {Judged} */
const say = (good) => ({ verdict: good ? '+' : '-', reason: '' });

/** @param {Rest} rest @returns {Judged} */
function judgeTag(rest) {
	const letter = rest.take(32), tag = rest.take(32), signature = rest.take(64);
	return say(verifyTagSignature(letter, tag, rest.take(), signature));
}

/** @param {Rest} rest @returns {Judged} */
function judgePossession(rest) {
	const key = rest.take(32), proof = rest.take(64), edition = rest.number(4);
	return say(verifyPossession(key, text(rest.take()), edition, proof));
}

/** @param {Rest} rest @returns {Judged} */
function judgeAuthority(rest) {
	const key = rest.take(32), signature = rest.take(64), type = rest.take(rest.number(1));
	return say(verifyAuthority(key, concat('undersigned/1 ', type, new Uint8Array(1), rest.take()), signature));
}

/** @param {Rest} rest @returns {Judged} */
function judgeEd25519(rest) {
	const member = memberKeyOfAuthority(rest.take());
	return { verdict: member === null ? '-' : toHex(member), reason: '' };
}

/** What the page says of a case; the kinds are those of test/storm/judge.c. @param {Uint8Array} bytes @returns {Judged} */
export function judgedByPage(bytes) {
	const kind = String.fromCharCode(bytes[0]), rest = bytes.subarray(1);
	switch (kind) {
	case 'R': return judgeRecord(rest);
	case 'F': return judgeFile(rest, 'file');
	case 'B': return judgeFile(rest, 'bundle');
	case 'P': return judgeRings(new Rest(rest));
	case 'T': return judgeTag(new Rest(rest));
	case 'E': return judgePossession(new Rest(rest));
	case 'A': return judgeAuthority(new Rest(rest));
	case 'X': return judgeEd25519(new Rest(rest));
	default: throw new Error(`no such kind: ${kind}`);
	}
}
