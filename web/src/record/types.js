// SPDX-License-Identifier: AGPL-3.0-or-later
// record/types.js: THE table: every type of record, its members, their maxima, the longest line (spec/records.md, Types and Limits of a line)

import * as k from './kinds.js';

/** @typedef {import('./kinds.js').Members} Members */
/**
 * @typedef {object} Type
 * @property {number} line most bytes of its line, without LF
 * @property {boolean} signed whether it has the member `signatures`
 * @property {Members} members besides `type`, `v` and `signatures`
 */

const KIB = 1024, MIB = 1024 * KIB;

export const KEYS_MAX = 1 << 20;
export const BODIES_MAX = 10_000;
/** Longer lines hold few values, or they are longer than their type allows: only `keys` has such lines. So the dear ones end early. */
export const LONG = 8 * MIB;
export const LONG_VALUES_MAX = 64;
/** More values than any record holds, a roster of all bodies included: what has more is refused before it is built. */
export const VALUES_MAX = 1 << 16;

/** What authorities add to a record. The keys are judged with their signatures. */
export const SIGNATURES = k.list(0, 32, { key: k.key, signature: k.bytes(64) }, { ascending: 'key' });

const council = k.object({
	keys: k.list(1, 16, { key: k.authorityKey, name: k.text0(200), where: k.text0(300) }, { ascending: 'key' }),
	quorum: k.number(1, 16),
});
const demands = k.list(0, 50, { id: k.id, text: k.text(2048) }, { distinct: ['id'] });
const rules = k.object({
	rings: k.choice('body', 'roster', 'either'),
	min_ring: k.number(2, KEYS_MAX),
	max_share: k.number(1, 100),
	max_share_all: k.number(1, 100),
	roster: k.choice('fixed', 'grows'),
	release: k.number(1, KEYS_MAX),
	signers: k.number(0, KEYS_MAX),
	bodies: k.number(0, BODIES_MAX),
	closes: k.day,
	ends: k.day,
});

/** @type {Readonly<Record<string, Type>>} */
export const TYPES = Object.freeze({
	roster: {
		line: LONG, signed: true,
		members: {
			series: k.id, name: k.text(200), edition: k.number(0, 65535), from: k.day, until: k.day, extends: k.ref0, source: k.source, ledger: k.ref0,
			bodies: k.list(1, BODIES_MAX, { id: k.id, name: k.text(200), headcount: k.number(0, 1_000_000_000), count: k.number(0, KEYS_MAX), keys: k.ref0 }, { ascending: 'id' }),
		},
	},
	keys: { line: 64 * MIB, signed: false, members: { body: k.id, keys: k.ascendingRun(32, KEYS_MAX) } },
	letter: { line: 64 * KIB, signed: true, members: { words: k.ref, roster: k.ref, registrars: council, organisers: council, rules } },
	words: {
		line: 512 * KIB, signed: true,
		members: {
			title: k.text(300), addressees: k.list(1, 20, { id: k.id, name: k.text(200), key: k.authorityKey0 }, { distinct: ['id', 'name', 'key'] }),
			body: k.long(65536), language: k.language, demands, dated: k.day0, contact: k.text0(300), replaces: k.ref0, salt: k.bytes(32),
		},
	},
	sealed: { line: 8 * MIB, signed: true, members: { letter: k.ref, ciphertext: k.steps(40, 4096, 1, 1024) } },
	signature: {
		line: 64 * KIB, signed: false,
		members: { letter: k.ref, roster: k.ref, ring: k.idOrAll, tag: k.key, proof: k.steps(128, 160, 1, 10) },
	},
	withdrawal: { line: 64 * KIB, signed: false, members: { letter: k.ref, tag: k.key, proof: k.bytes(64) } },
	party: { line: 64 * KIB, signed: true, members: { letter: k.ref, id: k.id, name: k.text(200), key: k.authorityKey0, source: k.source } },
	delivery: { line: 64 * KIB, signed: true, members: { letter: k.ref, party: k.id, on: k.day, source: k.source } },
	publication: { line: 64 * KIB, signed: true, members: { letter: k.ref, outlet: k.text(200), on: k.day, source: k.source } },
	statement: {
		line: 512 * KIB, signed: true,
		members: {
			letter: k.ref, party: k.id, on: k.day, language: k.language, text: k.long(16384), source: k.source, clarifies: k.ref0,
			stances: k.list(0, 50, {
				demand: k.idOrAll, stance: k.choice('accepts', 'rejects', 'partly', 'counter', 'supports', 'none'), note: k.text0(2048),
			}, { distinct: ['demand'] }),
		},
	},
	question: {
		line: 64 * KIB, signed: true,
		members: {
			letter: k.ref, about: k.ref0, language: k.language, text: k.long(2048), closes: k.day,
			choices: k.list(2, 20, { id: k.id, text: k.text(300) }, { distinct: ['id'] }),
		},
	},
	vote: { line: 64 * KIB, signed: false, members: { letter: k.ref, question: k.ref, tag: k.key, choice: k.id, proof: k.bytes(64) } },
	notice: {
		line: 64 * KIB, signed: true,
		members: {
			letter: k.ref, on: k.day, kind: k.choice('note', 'correction', 'deadline', 'closed', 'replaced'), about: k.ref0, language: k.language,
			text: k.long(16384), closes: k.day0,
		},
	},
	translation: {
		line: 512 * KIB, signed: true,
		members: { letter: k.ref, on: k.day, language: k.language, title: k.text(300), body: k.long(65536), demands },
	},
	/* Never in a letter file (spec/records.md, Outside the letter file). */
	enrolment: {
		line: 64 * KIB, signed: false,
		members: { body: k.id, series: k.id, keys: k.list(1, 65536, { edition: k.number(0, 65535), key: k.key, proof: k.bytes(64) }) },
	},
});

/** Types that a later version may change: a `v` above 1 is then "newer", not wrong. */
export const VERSIONED = Object.freeze(['roster', 'letter']);
