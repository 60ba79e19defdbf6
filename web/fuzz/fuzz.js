// SPDX-License-Identifier: AGPL-3.0-or-later
// fuzz/fuzz.js: seeded small harm to everything that is parsed: node web/fuzz/fuzz.js SECONDS [TARGET] [SEED]
// Whatever comes in, only Refusals come out; what is accepted is written again as it was.

import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { encodeBase64url, decodeBase64url } from '../src/base/base64url.js';
import { concat, utf8 } from '../src/base/bytes.js';
import { Refusal } from '../src/base/refusal.js';
import { Letter } from '../src/letter/letter.js';
import { reportOf } from '../src/letter/report.js';
import { linkKey } from '../src/letter/seal.js';
import { stateOf, toJson } from '../src/letter/state.js';
import { targetOf } from '../src/page/address.js';
import { openBytes, sealBytes } from '../src/proof/aead.js';
import { decodeCode, encodeCode, suggestCode } from '../src/proof/code.js';
import { openKeyFile, peekKeyFile, sealKeyFile } from '../src/proof/keyfile.js';
import { parseCanonical, scanCanonical, writeCanonical } from '../src/record/canonical.js';
import { LineSplitter } from '../src/record/lines.js';
import { decodeRecord, encodeRecord, nameOf } from '../src/record/record.js';
import { seeded } from '../test/mutations.js';

const LETTERS = new URL('../../test/vectors/letters/', import.meta.url);
const files = readdirSync(LETTERS).filter((name) => name.endsWith('.letter')).map((name) => new Uint8Array(readFileSync(new URL(name, LETTERS))));
const keys = JSON.parse(readFileSync(new URL('../../test/vectors/keys.json', import.meta.url), 'utf8'));
const lines = files.flatMap((file) => linesOf(file)).filter((line) => line.length < 3000);
const enrolment = utf8(`{"body":"harbour","keys":[{"edition":1,"key":"${'A'.repeat(43)}","proof":"${'A'.repeat(86)}"}],"series":"staff","type":"enrolment","v":1}`);

/** @param {Uint8Array} file */
function linesOf(file) {
	const out = [];
	for (let at = 0, end; (end = file.indexOf(10, at)) >= 0; at = end + 1)
		out.push(file.subarray(at, end));
	return out;
}

const PIECES = ['"', '\\', '\\u0000', '\\n', '0', '9007199254740991', '9007199254740992', '-1', '1.5', 'null', 'true', '{', '}', '[', ']', ':', ',', ' ', '\n', '\r\n', '\ufeff', '\u200b',
	'\u2028', '\ud83d\ude00', 'é', '=', '*', 'A', '"v":2', '"type":"roster"', '"signatures":[]', '""', '2027-02-30', 'https://x', 'a'.repeat(70_000)].map(utf8);

/** @typedef {(n: number) => number} Below */
/** @param {Below} below @param {Uint8Array} bytes @returns {Uint8Array} with one to four harms */
function harmed(below, bytes) {
	let out = bytes;
	for (let k = below(4); k >= 0; k--) {
		const at = below(out.length + 1), cut = below(3) === 0 ? below(40) : below(2);
		const other = lines[below(lines.length)], from = below(other.length);
		const piece = [() => PIECES[below(PIECES.length)], () => Uint8Array.of(below(256)), () => other.subarray(from, from + below(60)), () => new Uint8Array(0)][below(4)]();
		out = concat(out.subarray(0, at), piece, out.subarray(Math.min(out.length, at + cut)));
	}
	return out;
}

/** @template T @param {() => T} act @returns {T | null} null: refused; anything but a Refusal goes up */
function tried(act) {
	try {
		return act();
	} catch (fault) {
		if (fault instanceof Refusal)
			return null;
		throw fault;
	}
}

/** Random bytes that the seed decides. @param {Below} below */
const randomOf = (below) => (/** @type {number} */ n) => Uint8Array.from({ length: n }, () => below(256));

/** A value's members changed, and all written canonically: what only decodeRecord can refuse. @param {Below} below @param {any} value @returns {any} */
function bent(below, value) {
	if (Array.isArray(value))
		return below(6) === 0 ? [...value, ...value.slice(0, 1)] : value.map((entry) => (below(3) === 0 ? bent(below, entry) : entry));
	if (value !== null && typeof value === 'object') {
		const names = Object.keys(value), name = names[below(names.length || 1)];
		return below(8) === 0 ? { ...value, [below(2) ? '__proto__x' : 'toString']: 1 } : { ...value, [name]: bent(below, value[name]) };
	}
	if (typeof value === 'number')
		return [value + 1, 0, 2 ** 53 - 1, 65536, '1'][below(5)];
	return [value, '', `${value}x`, String(value).slice(1), '*', 'é', 0, null, [], {}][below(10)];
}

/** One try each: true when the input was accepted. @type {Record<string, (below: Below) => boolean>} */
const TARGETS = {
	canonical(below) {
		const line = harmed(below, lines[below(lines.length)]);
		if (tried(() => scanCanonical(line)) === null)
			return false;
		assert.deepEqual(utf8(writeCanonical(parseCanonical(line))), line);
		return true;
	},
	records(below) {
		const start = below(8) === 0 ? enrolment : lines[below(lines.length)];
		const value = below(2) ? tried(() => scanCanonical(start) && parseCanonical(start)) : null;
		const line = value ? utf8(writeCanonical(bent(below, value))) : harmed(below, start);
		const record = tried(() => decodeRecord(line));
		if (record === null)
			return false;
		assert.deepEqual(encodeRecord(record), line);
		assert.deepEqual(decodeRecord(encodeRecord(record)), record);
		assert.equal(nameOf(record), nameOf(record, line));
		return true;
	},
	lines(below) {
		const file = below(3) === 0 ? harmed(below, files[below(files.length)]) : randomOf(below)(below(300)).map((byte) => [0x7b, 0x0a, 0x22, byte][byte & 3]);
		/** @param {() => number} size */
		const split = (size) => {
			const splitter = new LineSplitter(), out = [];
			try {
				for (let at = 0, n; at < file.length; at += n) {
					n = size();
					for (const line of splitter.push(file.subarray(at, at + n)))
						out.push(Buffer.from(line).toString('latin1'));
				}
				splitter.end();
				return { out, fault: '' };
			} catch (fault) {
				if (!(fault instanceof Refusal))
					throw fault;
				return { out, fault: fault.message };
			}
		};
		const whole = split(() => file.length || 1);
		assert.deepEqual(split(() => 1 + below(50)), whole);
		return whole.fault === '';
	},
	letters(below) {
		const parts = linesOf(files[below(files.length)]).slice(), others = linesOf(files[below(files.length)]);
		for (let k = below(3); k >= 0; k--) {
			const at = below(parts.length + 1), i = below(parts.length || 1);
			[() => parts.splice(at, 1), () => parts.splice(at, 0, parts[i] ?? enrolment), () => parts.splice(at, 0, others[below(others.length || 1)] ?? enrolment),
				() => parts[i] && (parts[i] = harmed(below, parts[i])), () => parts.reverse()][below(20) ? below(4) : 4]();
		}
		const file = concat(...parts.flatMap((line) => [line, '\n']));
		/** @param {'file' | 'bundle'} mode @param {number} chunk */
		const read = (mode, chunk) => {
			const letter = new Letter({ mode, random: randomOf(below), waitingMax: below(3) * 1000 });
			try {
				for (let at = 0; at < file.length; at += chunk)
					letter.feed(file.subarray(at, at + chunk));
				letter.end();
			} catch (fault) {
				if (!(fault instanceof Refusal))
					throw fault;
				return `${fault.line} ${fault.code}`;
			}
			structuredClone(reportOf(letter, '2027-03-01', 0));
			return JSON.stringify(toJson(stateOf(letter, '2027-03-01')));
		};
		const whole = read('file', file.length || 1);
		if (below(4) === 0)
			assert.equal(read('file', 1 + below(5000)), whole);
		read('bundle', file.length || 1);
		return whole.startsWith('{');
	},
	keyfiles(below) {
		const row = keys.files[below(keys.files.length)];
		const file = Uint8Array.from(Buffer.from(row.file, 'hex'));
		if (below(2)) { /* the inside harmed, then sealed as if it were whole; without a passphrase, which would cost seconds */
			const header = concat(file.subarray(0, 17), new Uint8Array(1), file.subarray(18, 64));
			const plain = new Uint8Array(128);
			plain.set(Uint8Array.of(1 + below(4), 0, below(3)), 0);
			plain.set(randomOf(below)(20), 3);
			plain.set(utf8('staff'), 35);
			for (let k = below(3); k > 0; k--)
				plain[[0, 1, 23, 34, 35, 40, 66, 67, 68, 99, 100, 127, below(128)][below(13)]] = [0, 1, 2, 255, below(256)][below(5)];
			file.set(concat(header, xchacha20poly1305(new Uint8Array(32), header.subarray(40), header).encrypt(plain)));
		} else
			file[below(2) ? below(24) : below(file.length)] ^= 1 << below(8);
		const bytes = below(20) === 0 ? harmed(below, file) : file;
		if (tried(() => peekKeyFile(bytes))?.kdf !== 0)
			return false;
		const content = tried(() => openKeyFile(bytes, ''));
		if (content === null)
			return false;
		const parts = [bytes.slice(24, 40), bytes.slice(40, 64)];
		assert.deepEqual(sealKeyFile(content, '', { kdf: 0, random: (n) => /** @type {Uint8Array} */ (parts.find((part) => part.length === n)) }), bytes);
		return true;
	},
	codes(below) {
		const chain = { state: randomOf(below)(20), edition: below(65536) };
		let code = encodeCode(chain);
		assert.deepEqual(decodeCode(code), chain);
		const characters = ['-', ' ', '\n', 'a', 'Z', '0', '1', '8', '\u2013', '\u212a', '\u00a0', ''];
		for (let k = below(3); k > 0; k--) {
			const at = below(code.length);
			code = code.slice(0, at) + characters[below(characters.length)] + code.slice(at + below(2));
		}
		const got = tried(() => decodeCode(code));
		const suggested = below(50) === 0 ? tried(() => suggestCode(code)) : null;
		if (typeof suggested === 'string' && suggested !== '')
			decodeCode(suggested);
		if (got === null)
			return false;
		assert.equal(encodeCode(got).replace(/-/g, ''), code.replace(/[ \t\n\v\f\r-]/g, '').toLowerCase());
		return true;
	},
	enrolments(below) {
		const value = bent(below, parseCanonical(enrolment));
		const line = below(2) ? utf8(writeCanonical(value)) : harmed(below, enrolment);
		const record = tried(() => decodeRecord(line));
		if (record === null)
			return false;
		assert.deepEqual(encodeRecord(record), line);
		return true;
	},
	addresses(below) {
		const key = encodeBase64url(randomOf(below)(32));
		const fragment = `${['letter', 'sign', 'answer'][below(3)]}:${['a', 'on-the-harbour', '1'][below(3)]}${['', `;key=${key}`][below(2)]}`;
		assert.ok(targetOf(fragment, true) && targetOf(fragment, false) === null);
		const text = new TextDecoder().decode(harmed(below, utf8(fragment)));
		const { slug, link = '' } = ((target) => target?.params.state ?? target?.params ?? {})(targetOf(text, true));
		if (slug === undefined)
			return false;
		assert.match(slug, /^[a-z0-9-]{1,64}$/);
		assert.ok(link.length < 100 && text.includes(`:${slug}${link && `;key=${link}`}`) && text.length <= 7 + slug.length + 5 + link.length);
		return true;
	},
	seals(below) {
		const random = randomOf(below), key = random(32), nonce = random(24), ad = random(below(40)), plain = random(below(300));
		const sealed = sealBytes(key, nonce, ad, plain);
		assert.deepEqual(sealed, xchacha20poly1305(key, nonce, ad).encrypt(plain));
		const bytes = harmed(below, sealed), got = openBytes(key, nonce, ad, bytes);
		assert.equal(got !== null, Buffer.compare(bytes, sealed) === 0);
		return got !== null;
	},
	links(below) {
		const key = randomOf(below)(32), link = `${['', '#', 'https://example.org/x#', 'file:///a#b#', 'https://example.org/undersigned.html#sign:a;key='][below(5)]}${encodeBase64url(key)}`;
		assert.deepEqual(linkKey(link), key);
		const bytes = harmed(below, utf8(link)), text = new TextDecoder().decode(bytes);
		const got = tried(() => linkKey(text));
		if (got === null)
			return false;
		assert.equal(got.length, 32);
		assert.ok(text.includes(encodeBase64url(got)));
		assert.deepEqual(decodeBase64url(encodeBase64url(got)), got);
		return true;
	},
};

const [seconds = '10', only = '', seed = String(Date.now() % 2 ** 32)] = process.argv.slice(2);
const names = Object.keys(TARGETS).filter((name) => only === '' || name === only);
if (!(Number(seconds) > 0) || names.length === 0) {
	process.stderr.write(`usage: node web/fuzz/fuzz.js SECONDS [${Object.keys(TARGETS).join(' | ')}] [SEED]\n`);
	process.exit(2);
}
for (const name of names) {
	let tries = 0, accepted = 0;
	const until = Date.now() + (1000 * Number(seconds)) / names.length;
	for (; Date.now() < until; tries++) {
		try {
			accepted += TARGETS[name](seeded(Number(seed) + tries)) ? 1 : 0;
		} catch (fault) {
			process.stderr.write(`${name}: repeat with: node web/fuzz/fuzz.js 1 ${name} ${Number(seed) + tries}\n`);
			throw fault;
		}
	}
	process.stdout.write(`${name.padEnd(12)}${String(tries).padStart(9)} tries${String(accepted).padStart(9)} accepted   seed ${seed}\n`);
}
