// SPDX-License-Identifier: AGPL-3.0-or-later
// record-records.test.js: THE table: what it allows goes through a line and back; a step beyond any maximum is refused; texts, days, forms

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { encodeBase64url } from '../src/base/base64url.js';
import { compare, utf8 } from '../src/base/bytes.js';
import { daysBetween, isDay } from '../src/record/day.js';
import { decodeField } from '../src/record/fields.js';
import * as k from '../src/record/kinds.js';
import { coreOf, decodeRecord, encodeRecord } from '../src/record/record.js';
import { faultOfText, INVISIBLE, sizeOfText } from '../src/record/text.js';
import { BODIES_MAX, SIGNATURES, TYPES } from '../src/record/types.js';
import { authority } from './maker.js';
import { seeded } from './mutations.js';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 32);
const below = seeded(seed);
const AUTHORITIES = Array.from({ length: 40 }, (_, i) => authority(`a${i}`).key);
const bytes = (n) => Uint8Array.from({ length: n }, () => below(256));
const pick = (list) => list[below(list.length)];
const LETTERS = ['a', 'Z', ' ', '"', '\\', '/', 'é', 'ß', 'ה', '\u200d', '中', '\ud83d\ude00'];

/** A random value that the kind allows; at 'most', as large as it may be. @returns {any} */
const makers = {
	text({ min, max, long }, most) {
		const size = most ? max : Math.max(min, below(Math.min(max, 40)));
		let text = '';
		while (sizeOfText(text) + 4 <= size)
			text += long && below(9) === 0 ? '\n' : pick(LETTERS);
		return text + 'x'.repeat(size - sizeOfText(text));
	},
	id: ({ star }, most) => (star && below(3) === 0 ? '*' : pick('abcxyz'.split('')) + Array.from({ length: most ? 31 : below(6) }, () => pick('az09-'.split(''))).join('')),
	name: ({ empty, authority: point }) => (empty && below(2) ? '' : point ? pick(AUTHORITIES) : encodeBase64url(bytes(32))),
	bytes({ min, max, step, base, ascending }) {
		const n = min === max ? min : base + step * ((min - base) / step + below(Math.min(4, (max - min) / step)));
		if (!ascending)
			return bytes(n);
		return Uint8Array.from(Array.from({ length: n / step }, () => bytes(step)).sort(compare).flatMap((one) => [...one]));
	},
	number: ({ min, max }, most) => (most ? max : pick([min, max, Math.min(max, min + below(100))])),
	day: ({ empty }) => (empty && below(2) ? '' : pick(['2000-01-01', '2999-12-31', '2024-02-29', '2027-06-30'])),
	choice: ({ of }) => pick(of),
	language: () => pick(['en', 'pt-BR', 'zh-Hant-TW', `abcdefgh${'-12345678'.repeat(3)}`]),
	url: (_, most) => (most ? `https://${'x'.repeat(2040)}` : pick(['', 'http://x', 'https://example.org/~a?b=c#d'])),
	list({ min, max, of, ascending, distinct }, most) {
		const entries = Array.from({ length: most ? max : Math.min(max, min + below(4)) }, (_, i) => Object.assign(make(of, false), ...distinct.map((name) => ({ [name]: unlike(of.members[name], i) }))));
		if (!ascending)
			return entries;
		const kind = of.members[ascending];
		entries.forEach((entry, i) => (entry[ascending] = unlike(kind, i)));
		return entries.sort((a, b) => (kind.kind === 'name' ? compare(Buffer.from(a[ascending], 'base64url'), Buffer.from(b[ascending], 'base64url')) : a[ascending] < b[ascending] ? -1 : 1));
	},
	object: ({ members }, most) => Object.fromEntries(Object.entries(members).map(([name, kind]) => [name, make(kind, most)])),
};
const make = (kind, most) => makers[kind.kind](kind, most);
/** The i-th of values that all differ. */
function unlike(kind, i) {
	if (kind.kind === 'name')
		return kind.authority ? AUTHORITIES[i] : encodeBase64url(Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? i : below(256))));
	return `x${i}`;
}

/** What the members must be to each other. */
function fitting(record) {
	if (record.type === 'roster') {
		[record.from, record.until] = [record.from, record.until].sort();
		for (const body of record.bodies)
			Object.assign(body, { count: body.keys === '' ? 0 : 1 + below(9) });
	} else if (record.type === 'letter') {
		for (const council of [record.registrars, record.organisers])
			council.quorum = 1 + below(council.keys.length);
		[record.rules.closes, record.rules.ends] = [record.rules.closes, record.rules.ends].sort();
		if (record.rules.rings === 'roster')
			record.rules.bodies = 0;
	} else if (record.type === 'notice')
		record.closes = record.kind === 'deadline' ? '2027-01-01' : '';
	return record;
}

const membersOf = ({ members, signed }) => (signed ? { ...members, signatures: SIGNATURES } : members);

for (const [type, row] of Object.entries(TYPES))
	test(`${type}: random records go through a line and back`, (t) => {
		t.diagnostic(`SEED=${seed}`);
		for (let i = 0; i < 40; i++) {
			const record = fitting({ type, v: 1, ...make(k.object(membersOf(row)), false) });
			const line = encodeRecord(record);
			assert.deepEqual(decodeRecord(line), record);
			assert.deepEqual(encodeRecord(decodeRecord(line)), line);
			assert.ok(!row.signed || !new TextDecoder().decode(coreOf(record)).includes('"signatures"'));
		}
	});

test('a member missing, one too many, another type, another version', () => {
	for (const [type, row] of Object.entries(TYPES)) {
		const record = JSON.parse(new TextDecoder().decode(encodeRecord(fitting({ type, v: 1, ...make(k.object(membersOf(row)), false) }))));
		const says = (change) => {
			const value = { ...record, ...change };
			const names = Object.keys(value).filter((name) => value[name] !== undefined).sort();
			try {
				decodeRecord(utf8(JSON.stringify(Object.fromEntries(names.map((name) => [name, value[name]])))));
				return 'accepted';
			} catch (fault) {
				return fault.code;
			}
		};
		assert.equal(says({}), 'accepted');
		for (const name of Object.keys(row.members)) {
			assert.equal(says({ [name]: undefined }), 'member_missing', `${type}.${name}`);
			for (const wrong of [null, true, [[]], {}])
				assert.ok(['member_type', 'member_missing', 'member_unknown', 'list_length'].includes(says({ [name]: wrong })), `${type}.${name} ${says({ [name]: wrong })}`);
		}
		assert.equal(says({ signatures: row.signed ? undefined : [] }), row.signed ? 'member_missing' : 'member_unknown');
		assert.equal(says({ comment: '' }), 'member_unknown');
		assert.equal(says({ type: 'memo' }), 'type');
		assert.equal(says({ type: 'toString' }), 'type');
		assert.equal(says({ v: 0 }), 'version');
		assert.equal(says({ v: '1' }), 'version');
		assert.equal(says({ v: 2 }), ['roster', 'letter'].includes(type) ? 'newer' : 'version');
	}
});

/** @param {any} kind @param {any} value */
function judged(kind, value) {
	try {
		decodeField(kind, value, 'm');
		return 'accepted';
	} catch (fault) {
		return fault.code;
	}
}

test('every maximum of the table is reached, and one more is refused', () => {
	let seen = 0;
	const visit = (kind) => {
		seen++;
		if (kind.kind === 'text') {
			assert.equal(judged(kind, makers.text(kind, true)), 'accepted');
			assert.equal(judged(kind, 'x'.repeat(kind.max + 1)), 'text_length');
			assert.equal(judged(kind, 'é'.repeat(kind.max / 2 + 1)), 'text_length');
			assert.equal(judged(kind, ''), kind.min ? 'text_length' : 'accepted');
			assert.equal(judged(kind, 'a\nb'), kind.long ? 'accepted' : 'text_control');
		} else if (kind.kind === 'number') {
			assert.deepEqual([kind.min, kind.max, kind.min - 1, kind.max + 1].map((n) => judged(kind, n)), ['accepted', 'accepted', 'number', 'number']);
		} else if (kind.kind === 'bytes' && kind.max < 10_000) {
			const say = (n) => judged(kind, encodeBase64url(Uint8Array.from({ length: n }, (_, i) => i >> 5)));
			assert.deepEqual([kind.min, kind.max].map(say), ['accepted', 'accepted']);
			assert.ok([kind.min - 1, kind.min + 1, kind.max + 1, kind.max + kind.step].map(say).every((code) => code === 'size'));
		} else if (kind.kind === 'list') {
			if (kind.max <= 50) {
				assert.equal(judged(kind, encoded(make(kind, true))), 'accepted');
				assert.equal(judged(kind, Array.from({ length: kind.max + 1 }, () => ({}))), 'list_length');
			}
			if (kind.min > 0)
				assert.equal(judged(kind, Array.from({ length: kind.min - 1 }, () => ({}))), 'list_length');
			visit(kind.of);
		} else if (kind.kind === 'object')
			Object.values(kind.members).forEach(visit);
	};
	for (const row of Object.values(TYPES))
		visit(k.object(membersOf(row)));
	assert.ok(seen > 100);
});
const encoded = (value) => JSON.parse(JSON.stringify(value, (_, v) => (v instanceof Uint8Array ? encodeBase64url(v) : v)));

test('a roster of all the bodies there may be has fewer values than are refused unread', () => {
	const body = (_, i) => ({ id: `b${String(i).padStart(5, '0')}`, name: 'N', headcount: 0, count: 0, keys: '' });
	const record = fitting({ type: 'roster', v: 1, ...make(k.object(membersOf(TYPES.roster)), false), bodies: Array.from({ length: BODIES_MAX }, body) });
	record.signatures = make(SIGNATURES, true);
	assert.equal(decodeRecord(encodeRecord(record)).bodies.length, BODIES_MAX);
	record.bodies.push(body(null, BODIES_MAX));
	assert.throws(() => decodeRecord(encodeRecord(record)), { code: 'list_length' });
});

test('lists: ascending by bytes, and distinct', () => {
	const councils = TYPES.letter.members.registrars.members.keys;
	const three = AUTHORITIES.slice(0, 3).sort((a, b) => compare(Buffer.from(a, 'base64url'), Buffer.from(b, 'base64url'))).map((key) => ({ key, name: '', where: '' }));
	assert.equal(judged(councils, three), 'accepted');
	assert.equal(judged(councils, [three[1], three[0], three[2]]), 'not_ascending');
	assert.equal(judged(councils, [three[0], three[0]]), 'not_ascending');
	const bodies = TYPES.roster.members.bodies, body = (id) => ({ id, name: 'N', headcount: 0, count: 0, keys: '' });
	assert.equal(judged(bodies, [body('a'), body('a-b'), body('a0'), body('b')]), 'accepted');
	assert.equal(judged(bodies, [body('a0'), body('a-b')]), 'not_ascending');
	const stances = TYPES.statement.members.stances, on = (demand) => ({ demand, stance: 'none', note: '' });
	assert.equal(judged(stances, [on('*'), on('d1')]), 'accepted');
	assert.equal(judged(stances, [on('*'), on('*')]), 'doubled');
	const addressees = TYPES.words.members.addressees;
	assert.equal(judged(addressees, [{ id: 'a', name: 'A', key: '' }, { id: 'b', name: 'B', key: '' }]), 'accepted');
	for (const change of [{ id: 'a' }, { name: 'A' }])
		assert.equal(judged(addressees, [{ id: 'a', name: 'A', key: '' }, { id: 'b', name: 'B', key: '', ...change }]), 'doubled');
});

test('forms', () => {
	const source = k.source.members.url;
	const rows = [
		[k.id, ['a', 'a-', 'z9', 'a'.repeat(32)], ['', 'A', '9', '-', 'a_', 'a'.repeat(33), 'é', '*', 'a\n']],
		[k.idOrAll, ['*', 'a'], ['', '**', 'a*']],
		[k.language, ['en', 'EN', 'abcdefgh', 'sr-Latn-RS', 'x1'.slice(0, 0) + 'ab-1'], ['', 'e', 'abcdefghi', 'en-', 'en--us', 'en_US', '1n', 'en-123456789', `ab${'-12345678'.repeat(4)}`, 'en\n']],
		[source, ['', 'http://a', 'https://~', `https://${'x'.repeat(2040)}`], ['http://', 'ftp://a', 'HTTP://a', 'https://a b', 'https://é', `https://${'x'.repeat(2041)}`, 'xhttp://a', 'http://a\n']],
		[k.ref, [encodeBase64url(bytes(32))], ['', 'A', 'A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}B`, `${'A'.repeat(42)}=`, `${'A'.repeat(42)}+`]],
		[k.ref0, [''], ['A']],
		[k.authorityKey, [AUTHORITIES[0]], ['', 'A'.repeat(43), encodeBase64url(Uint8Array.of(1, ...new Uint8Array(31)))]],
		[k.choice('a', 'b'), ['a'], ['', 'A', 'ab']],
		[TYPES.keys.members.keys, [encodeBase64url(Uint8Array.from({ length: 64 }, (_, i) => i >> 5))], ['', encodeBase64url(new Uint8Array(64)), encodeBase64url(Uint8Array.from({ length: 64 }, (_, i) => 1 - (i >> 5)))]],
	];
	for (const [kind, good, bad] of rows) {
		good.forEach((value) => assert.equal(judged(kind, value), 'accepted', JSON.stringify(value)));
		bad.forEach((value) => assert.notEqual(judged(kind, value), 'accepted', `${JSON.stringify(kind)} ${JSON.stringify(value)}`));
	}
});

test('days: real ones of the years 2000 to 2999', () => {
	for (const day of ['2000-01-01', '2000-02-29', '2024-02-29', '2400-02-29', '2999-12-31'])
		assert.ok(isDay(day), day);
	for (const day of ['1999-12-31', '3000-01-01', '2023-02-29', '2100-02-29', '2027-04-31', '2027-00-01', '2027-13-01', '2027-01-00', '2027-01-32', '2027-1-1', '2027-01-01 ', '2027-01-01\n', '2027/01/01', '', '２027-01-01'])
		assert.ok(!isDay(day), day);
	assert.equal(daysBetween('2027-02-28', '2027-03-01'), 1);
	assert.equal(daysBetween('2028-03-01', '2028-02-28'), -2);
	let real = 0;
	for (let month = 0; month < 14; month++)
		for (let day = 0; day < 33; day++)
			real += isDay(`2028-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`) ? 1 : 0;
	assert.equal(real, 366);
});

test('texts: every code point is judged as the spec lists it', () => {
	const listed = 'AD 34F 61C 115F-1160 17B4-17B5 180E 200B 200E-200F 2028-202E 2060-206F 2800 3164 FEFF FFA0 FFF0-FFFB 1BCA0-1BCA3 1D173-1D17A E0000-E00FF E01F0-E0FFF'
		.split(' ').map((range) => range.split('-').map((hex) => parseInt(hex, 16)));
	assert.deepEqual(INVISIBLE, listed.map(([first, last = first]) => [first, last]));
	const spec = readFileSync(new URL('../../doc/spec/records.md', import.meta.url), 'utf8').replace(/\s+/g, ' ');
	for (const [first, last = first] of listed)
		assert.ok(spec.includes(first === last ? hex4(first) : `${hex4(first)}–${hex4(last)}`), hex4(first));
	let refused = 0;
	for (let point = 0; point <= 0x10ffff; point++) {
		const want = point < 0x20 || (point >= 0x7f && point <= 0x9f) || (point >= 0xd800 && point < 0xe000) || (point >= 0xfdd0 && point <= 0xfdef) || (point & 0xffff) >= 0xfffe
			|| listed.some(([first, last = first]) => point >= first && point <= last);
		assert.equal(faultOfText(`a${String.fromCodePoint(point)}b`, false) !== null, want, point.toString(16));
		refused += want ? 1 : 0;
	}
	assert.ok(refused > 4000);
	assert.equal(faultOfText('a\nb', true), null);
	assert.equal(faultOfText('a\tb', true), 'text_control');
	assert.equal(faultOfText('a\r\nb', true), 'text_control');
	assert.equal(faultOfText('می‌خواهم 👩‍👩‍👧', false), null); /* ZWNJ and ZWJ */
	for (const text of ['', 'é', '€', '\ud83d\ude00', 'a\u07ff\u0800'])
		assert.equal(sizeOfText(text), utf8(text).length);
});
const hex4 = (point) => point.toString(16).toUpperCase().padStart(4, '0');

test('a line above the limit of its type is refused, one at it is not', () => {
	const record = { type: 'publication', v: 1, letter: encodeBase64url(bytes(32)), outlet: 'x', on: '2027-01-01', source: { sha256: '', url: '' }, signatures: [] };
	const newer = (size) => {
		const heading = '{"a":"","type":"letter","v":2}';
		return utf8(heading.replace('""', `"${'x'.repeat(size - heading.length)}"`));
	};
	const says = (line) => {
		try {
			decodeRecord(line);
			return 'accepted';
		} catch (fault) {
			return fault.code;
		}
	};
	assert.equal(says(encodeRecord(record)), 'accepted');
	assert.equal(says(newer(64 * 1024)), 'newer');
	assert.equal(says(newer(64 * 1024 + 1)), 'limit');
	assert.equal(says(utf8(`{"a":"${'x'.repeat(8 * 1024 * 1024 - 28)}","type":"roster","v":2}`)), 'limit');
	assert.equal(says(utf8(`{"a":"${'x'.repeat(8 * 1024 * 1024 - 30)}","type":"roster","v":2}`)), 'newer');
	assert.equal(says(utf8('{"a":[true,null,"\\u0000"],"type":"letter","v":2}')), 'newer');
	assert.equal(says(utf8('{"a":1.5,"type":"letter","v":2}')), 'number_form');
	assert.equal(says(utf8('{"type":"letter","v":9007199254740992}')), 'number_form');
	assert.equal(says(utf8('{"type":"letter","v":9007199254740991}')), 'newer');
});

test('a line that only keys may fill, but that is full of values, ends early; a whole one is read', () => {
	const filled = (/** @type {number} */ size) => `{${Array.from({ length: size / 12 }, (_, i) => `"${String(i).padStart(7, '0')}":0`).join(',')},"type":"nothing","v":1}`;
	assert.throws(() => decodeRecord(utf8(filled(8 * 1024 * 1024))), { code: 'limit' });
	assert.throws(() => decodeRecord(utf8(filled(64 * 1024))), { code: 'type' });
	const keys = new Uint8Array(32 * 200_000);
	for (let i = 0; i < keys.length; i += 32)
		new DataView(keys.buffer).setUint32(i, i);
	const line = encodeRecord({ type: 'keys', v: 1, body: 'b', keys });
	assert.ok(line.length > 8 * 1024 * 1024);
	assert.equal(decodeRecord(line).type, 'keys');
});
