// SPDX-License-Identifier: AGPL-3.0-or-later
// record/kinds.js: the kinds of values that members have, as data (spec/records.md, Types: the notation). types.js is written in them

/**
 * @typedef {{ kind: 'text', min: number, max: number, long: boolean }} TextKind bytes of UTF-8; long: LF may stand in it
 * @typedef {{ kind: 'id', star: boolean }} IdKind star: or `*`
 * @typedef {{ kind: 'name', empty: boolean, authority: boolean }} NameKind 32 bytes that name a record, a key or a tag; kept as base64url. authority: a point as protocol.md §8 asks
 * @typedef {{ kind: 'bytes', min: number, max: number, step: number, base: number, ascending: boolean }} BytesKind
 *          base + n·step bytes, kept as Uint8Array. ascending: steps of it, strictly
 * @typedef {{ kind: 'number', min: number, max: number }} NumberKind
 * @typedef {{ kind: 'day', empty: boolean }} DayKind
 * @typedef {{ kind: 'choice', of: readonly string[] }} ChoiceKind
 * @typedef {{ kind: 'language' }} LanguageKind
 * @typedef {{ kind: 'url' }} UrlKind
 * @typedef {{ kind: 'list', min: number, max: number, of: ObjectKind, ascending: string, distinct: readonly string[] }} ListKind
 *          ascending: the member by whose bytes entries ascend, or ''. distinct: members of which no two entries have the same, "" apart
 * @typedef {{ kind: 'object', members: Members }} ObjectKind
 * @typedef {TextKind | IdKind | NameKind | BytesKind | NumberKind | DayKind | ChoiceKind | LanguageKind | UrlKind | ListKind | ObjectKind} Kind
 * @typedef {{ [member: string]: Kind }} Members
 */

/** @param {number} max @returns {TextKind} */
export const text = (max) => ({ kind: 'text', min: 1, max, long: false });
/** May be empty. @param {number} max @returns {TextKind} */
export const text0 = (max) => ({ kind: 'text', min: 0, max, long: false });
/** @param {number} max @returns {TextKind} */
export const long = (max) => ({ kind: 'text', min: 1, max, long: true });

/** @type {IdKind} */
export const id = { kind: 'id', star: false };
/** @type {IdKind} */
export const idOrAll = { kind: 'id', star: true };

/** @type {NameKind} */
export const ref = { kind: 'name', empty: false, authority: false };
/** @type {NameKind} */
export const ref0 = { kind: 'name', empty: true, authority: false };
/** Of a member, a tag, or a key in `signatures`: judged where it is used. @type {NameKind} */
export const key = { kind: 'name', empty: false, authority: false };
/** @type {NameKind} */
export const authorityKey = { kind: 'name', empty: false, authority: true };
/** @type {NameKind} */
export const authorityKey0 = { kind: 'name', empty: true, authority: true };

/** @param {number} size @returns {BytesKind} */
export const bytes = (size) => ({ kind: 'bytes', min: size, max: size, step: size, base: 0, ascending: false });
/** @param {number} base @param {number} step @param {number} least steps @param {number} most steps @returns {BytesKind} */
export const steps = (base, step, least, most) => ({ kind: 'bytes', min: base + least * step, max: base + most * step, step, base, ascending: false });
/** @param {number} size @param {number} most @returns {BytesKind} */
export const ascendingRun = (size, most) => ({ ...steps(0, size, 1, most), ascending: true });

/** @param {number} min @param {number} max @returns {NumberKind} */
export const number = (min, max) => ({ kind: 'number', min, max });
/** @type {DayKind} */
export const day = { kind: 'day', empty: false };
/** @type {DayKind} */
export const day0 = { kind: 'day', empty: true };
/** @param {...string} of @returns {ChoiceKind} */
export const choice = (...of) => ({ kind: 'choice', of });
/** @type {LanguageKind} */
export const language = { kind: 'language' };

/** @param {Members} members @returns {ObjectKind} */
export const object = (members) => ({ kind: 'object', members });
/**
 * @param {number} min @param {number} max @param {Members} members of an entry
 * @param {{ ascending?: string, distinct?: string[] }} [order]
 * @returns {ListKind}
 */
export const list = (min, max, members, { ascending = '', distinct = [] } = {}) => ({ kind: 'list', min, max, of: object(members), ascending, distinct });

/** @type {ObjectKind} */
export const source = object({ sha256: ref0, url: { kind: 'url' } });
