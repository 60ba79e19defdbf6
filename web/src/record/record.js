// SPDX-License-Identifier: AGPL-3.0-or-later
// record/record.js: a line into a record and back; its core, its id, and what is signed (spec/records.md, Form)

import { sha256 } from '@noble/hashes/sha2.js';
import { encodeBase64url } from '../base/base64url.js';
import { concat, utf8 } from '../base/bytes.js';
import { Refusal } from '../base/refusal.js';
import { parseCanonical, scanCanonical, writeCanonical } from './canonical.js';
import { decodeMembers, encodeMembers } from './fields.js';
import { checkShape } from './shape.js';
import { LONG, LONG_VALUES_MAX, SIGNATURES, TYPES, VALUES_MAX, VERSIONED } from './types.js';

/** @typedef {import('./shapes.js').AnyRecord} AnyRecord */
/** @typedef {import('./shapes.js').SignedRecord} SignedRecord */
/** @typedef {import('./kinds.js').Members} Members */

/** @type {Map<string, Members>} all members of a type, `type` and `v` apart */
const MEMBERS = new Map(Object.entries(TYPES).map(([type, { members, signed }]) => [type, signed ? { ...members, signatures: SIGNATURES } : members]));

/**
 * The one record that this line spells: form, members, limits, and what its members must be to each other; nothing about other lines, and no signature is checked.
 * A roster or letter with `v` above 1 is checked for its form alone, and refused as `newer`.
 * @param {Uint8Array} line without LF @returns {AnyRecord}
 */
export function decodeRecord(line) {
	const { type, v, values } = scanCanonical(line, line.length > LONG ? LONG_VALUES_MAX : Infinity);
	if (typeof type !== 'string' || !Object.hasOwn(TYPES, type))
		throw new Refusal('type', { member: 'type' });
	if (typeof v !== 'number')
		throw new Refusal('version', { member: 'v' });
	if (line.length > TYPES[type].line)
		throw new Refusal('limit', { detail: `${line.length} bytes` });
	if (v !== 1)
		throw new Refusal(v > 1 && VERSIONED.includes(type) ? 'newer' : 'version', { member: 'v' });
	if (values > VALUES_MAX)
		throw new Refusal('list_length', { detail: `${values} values` });
	const { type: _type, v: _v, ...rest } = parseCanonical(line);
	const members = decodeMembers(/** @type {Members} */ (MEMBERS.get(type)), rest, '');
	const record = /** @type {AnyRecord} */ (/** @type {unknown} */ ({ type, v, ...members }));
	checkShape(record);
	return record;
}

/** @param {AnyRecord} record @returns {Record<string, unknown>} as JSON has it */
const plain = (record) => ({ type: record.type, v: record.v, ...encodeMembers(/** @type {Members} */ (MEMBERS.get(record.type)), record) });

/** Its canonical line, without LF. @param {AnyRecord} record one that decodeRecord would accept @returns {Uint8Array} */
export const encodeRecord = (record) => utf8(writeCanonical(plain(record)));

/** @param {AnyRecord} record @param {string} member to leave out @returns {Uint8Array} */
function encodeWithout(record, member) {
	const { [member]: _left, ...rest } = plain(record);
	return utf8(writeCanonical(rest));
}

/** The canonical form without `signatures`. @param {AnyRecord} record @returns {Uint8Array} */
export const coreOf = (record) => encodeWithout(record, 'signatures');

/** @param {AnyRecord} record @param {Uint8Array} [line] it was decoded from: spares writing it anew @returns {Uint8Array} 32 bytes */
export const idOf = (record, line) => sha256(line && !TYPES[record.type].signed ? line : coreOf(record));

/** The same as a Name. @param {AnyRecord} record @param {Uint8Array} [line] @returns {string} */
export const nameOf = (record, line) => encodeBase64url(idOf(record, line));

/** What authorities sign. @param {SignedRecord} record @returns {Uint8Array} */
export const signedMessageOf = (record) => concat('undersigned/1 ', record.type, new Uint8Array(1), coreOf(record));

/** What a tag signs: the canonical record without `proof` (spec/protocol.md §4). @param {Omit<import('./shapes.js').Withdrawal, 'proof'> | Omit<import('./shapes.js').Vote, 'proof'>} record */
export const tagMessageOf = (record) => encodeWithout(/** @type {AnyRecord} */ (/** @type {unknown} */ ({ proof: new Uint8Array(0), ...record })), 'proof');
