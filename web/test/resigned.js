// SPDX-License-Identifier: AGPL-3.0-or-later
// resigned.js: for crossing tests: a letter with a record of every type, and changes to it that its authorities sign anew, so that only the rules can refuse them

import { ed25519 } from '@noble/curves/ed25519.js';
import { decodeBase64url, encodeBase64url } from '../src/base/base64url.js';
import { compare, concat } from '../src/base/bytes.js';
import { openKeyFile } from '../src/proof/keyfile.js';
import { canonical, changeMember, differing, idOf, pick, valuesByName } from './mutations.js';
import { day, TODAY } from './town.js';

/** @typedef {import('./mutations.js').Below} Below */
/** @typedef {Map<string, Uint8Array>} Seeds by public key */

const SOURCE = { sha256: '', url: 'https://example.org/page' };
/** @param {any} record */
const coreOf = ({ signatures: _, ...core }) => canonical(core);
/** @param {Uint8Array} seed */
export const publicOf = (seed) => encodeBase64url(ed25519.getPublicKey(seed));

/** @param {any} record @param {Iterable<string>} keys @param {Seeds} seeds @returns {string} its line */
export function signed(record, keys, seeds) {
	const message = concat('undersigned/1 ', String(record.type), new Uint8Array(1), coreOf(record));
	const signatures = [...new Set(keys)].sort((a, b) => compare(decodeBase64url(a) ?? new Uint8Array(0), decodeBase64url(b) ?? new Uint8Array(0)))
		.map((key) => ({ key, signature: encodeBase64url(ed25519.sign(message, seeds.get(key) ?? new Uint8Array(32))) }));
	return canonical({ ...record, signatures });
}

/** @param {import('./town.js').Town} town @returns {{ lines: string[], seeds: Seeds }} */
export function everyType(town) {
	/** @type {Seeds} */
	const seeds = new Map();
	for (const who of ['o1', 'o2', 'r1', 'r2'])
		seeds.set(town.public[who], openKeyFile(town.read(who), '').secret);
	const parties = [1, 2].map((n) => new Uint8Array(32).fill(n));
	for (const seed of parties)
		seeds.set(publicOf(seed), seed);

	const name = town.letter('every', { min_ring: 2, release: 1, max_share: 100, max_share_all: 100 });
	town.ok('add', name, ...['mint-1', 'mint-2', 'works-1'].map((member) => town.signed(name, member, member.split('-')[0])), town.signed(name, 'post-1', '*'));
	town.ok('withdraw', name, '--key', 'works-1.key', '-o', 'every.withdrawal', '--force');
	town.ok('add', name, 'every.withdrawal');

	const lines = new TextDecoder().decode(town.read(name)).trimEnd().split('\n');
	const letter = idOf(coreOf(lines.map((line) => JSON.parse(line)).find((record) => record.type === 'letter')));
	const organisers = [town.public.o1, town.public.o2];
	/** @param {string} type @param {any} members @param {string[]} [keys] */
	const append = (type, members, keys = organisers) => {
		const record = { type, v: 1, letter, ...members };
		lines.push(signed(record, keys, seeds));
		return idOf(canonical(record));
	};
	append('party', { id: 'ally', name: 'The Ally', key: publicOf(parties[0]), source: SOURCE });
	append('party', { id: 'friend', name: 'A Friend', key: '', source: { sha256: '', url: '' } });
	append('delivery', { party: 'mayor', on: day(-3), source: SOURCE });
	append('publication', { outlet: 'The Paper', on: day(-2), source: SOURCE });
	const statement = { language: 'en', text: 'We will see.', source: SOURCE, clarifies: '' };
	const recorded = append('statement', { ...statement, party: 'mayor', on: day(-2), stances: [{ demand: 'd1', stance: 'partly', note: '' }] });
	append('party', { id: 'mayor', name: 'The Mayor', key: publicOf(parties[1]), source: SOURCE });
	append('statement', { ...statement, party: 'mayor', on: day(-1), clarifies: recorded, stances: [{ demand: '*', stance: 'accepts', note: 'All.' }] }, [publicOf(parties[1])]);
	append('statement', { ...statement, party: 'ally', on: day(-1), stances: [{ demand: '*', stance: 'supports', note: '' }] }, [publicOf(parties[0])]);
	const question = append('question', { about: recorded, language: 'en', text: 'Enough?', choices: [{ id: 'yes', text: 'Yes' }, { id: 'no', text: 'No' }], closes: day(20) });
	const notice = append('notice', { on: day(-1), kind: 'note', about: '', language: 'en', text: 'Thanks.', closes: '' });
	append('notice', { on: TODAY, kind: 'deadline', about: notice, language: 'en', text: 'Longer.', closes: day(40) });
	append('translation', { on: TODAY, language: 'fr', title: 'Au port', body: 'Nous vous demandons.', demands: [{ id: 'd1', text: 'Ouvrez le port.' }] });
	town.write(name, lines.map((line) => `${line}\n`).join(''));
	town.ok('vote', name, '--key', 'mint-1.key', '--question', question, '--choice', 'no', '-o', 'every.vote', '--force');
	town.ok('add', name, 'every.vote');
	return { lines: new TextDecoder().decode(town.read(name)).trimEnd().split('\n'), seeds };
}

/** @param {string[]} lines */
const whole = (lines) => new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''));

/** Changes one record behind the letter, and its authors sign it. @param {Below} below @param {string[]} lines @param {Seeds} seeds */
function changeTail(below, lines, seeds) {
	const tail = lines.flatMap((line, i) => (/"signatures":\[\{/.test(line) && !/"type":"(roster|letter|words)"/.test(line) ? [i] : []));
	const i = pick(below, tail), out = [...lines];
	const { signatures, ...record } = JSON.parse(lines[i]);
	changeMember(below, record, valuesByName(lines.slice(i)));
	const keys = signatures.map((/** @type {any} */ { key }) => key);
	const others = [...seeds.keys()];
	const line = signed(record, pick(below, [keys, keys, keys, keys, [...keys, pick(below, others)], [pick(below, others)], keys.slice(1)]), seeds);
	if (below(3) === 0)
		out.splice(i + 1, 0, line); /* beside the one it was made from */
	else
		out[i] = line;
	return out;
}

/** Changes a record of the head, and makes every id and signature above the letter's end true again. @param {Below} below @param {string[]} lines @param {Seeds} seeds */
function changeHead(below, lines, seeds) {
	const end = lines.findIndex((line) => line.includes('"type":"words"'));
	const records = lines.slice(0, end + 1).map((line) => JSON.parse(line));
	const values = valuesByName(lines);
	const i = below(records.length);
	const signers = records.map(({ signatures }) => (signatures ?? []).map((/** @type {any} */ { key }) => key));
	changeMember(below, records[i], values);
	const roster = records.find(({ type }) => type === 'roster'), letter = records.find(({ type }) => type === 'letter'), words = records[end];
	for (const record of records)
		if (record.type === 'keys' && typeof record.body === 'string')
			for (const body of Array.isArray(roster?.bodies) ? roster.bodies : [])
				if (body?.id === record.body && below(8) !== 0)
					body.keys = idOf(canonical(record));
	if (letter && roster && below(16) !== 0)
		letter.roster = idOf(coreOf(roster));
	if (letter && words && below(16) !== 0)
		letter.words = idOf(coreOf(words));
	return records.map((record, k) => (record.type === 'keys' || !Array.isArray(record.signatures) ? canonical(record) : signed(record, signers[k], seeds)));
}

/** @param {Below} below @param {string[]} lines @param {Seeds} seeds @returns {Uint8Array} */
export function mutateAndSign(below, lines, seeds) {
	return differing(lines, () => whole(below(3) === 0 ? changeHead(below, lines, seeds) : changeTail(below, lines, seeds)));
}
