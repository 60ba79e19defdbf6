// SPDX-License-Identifier: AGPL-3.0-or-later
// page/report/hidden.js: for each ring, how many of how many signed: what each signer is hidden among

import { number, t } from '../../text/catalogue.js';
import { h, name } from '../dom.js';
import { callout } from '../parts/callout.js';
import { disclosure } from '../parts/disclosure.js';
import { portions } from '../parts/portions.js';
import { dataTable } from '../parts/table.js';
import { p } from '../say.js';
import { chance, outOf } from './share.js';

/** @typedef {import('../../worker/tasks.js').Report} Report */
/** @typedef {import('../../worker/tasks.js').ReportRing} Ring */

/** From this share of a ring on, its name is set out for the eye. */
const MORE_LIKELY_THAN_NOT = 50;

/** @param {Report} report */
export function hidden(report) {
	const waves = [...new Set(report.rings.map((ring) => ring.wave))];
	return h('section', { class: 'hidden-among' },
		h('h2', null, t('hidden.title')),
		p('hidden.lead'),
		portions(waves, (wave) => waveTable(report.rings.filter((ring) => ring.wave === wave), wave)),
		h('p', { class: 'all-together' }, t('hidden.all', { share: outOf(report.signers, report.keys), chance: chance(report.signers, report.keys) })),
		report.withdrawn > 0 && p('hidden.withdrawn', { n: report.withdrawn }),
		full(report));
}

/** @param {Ring[]} rings of the wave @param {number} wave */
function waveTable(rings, wave) {
	const signed = rings.filter((ring) => ring.signers > 0);
	const silent = rings.filter((ring) => ring.signers === 0 && ring.id !== '*');
	const all = rings.find((ring) => ring.id === '*');
	return h('div', null,
		wave > 0 && h('h3', null, t('hidden.wave', { n: wave, people: all?.keys ?? 0 })),
		wave > 0 && p('hidden.wave_why', {}, 'hint'),
		signed.length > 0 ? table(signed, rings.some((ring) => ring.headcount > 0)) : h('p', null, t('hidden.none')),
		silent.length > 0 && disclosure(t('hidden.silent', { n: silent.length }), portions(silent, (ring) => h('li', null, name(ringName(ring)), t('hidden.keys', { n: ring.keys })), h('ul'))));
}

/** @param {Ring[]} rings @param {boolean} staffKnown */
function table(rings, staffKnown) {
	/** @type {import('../parts/table.js').Column<Ring>[]} */
	const columns = [
		{ label: t('hidden.body'), head: true, cell: (ring) => [ring.id === '*' ? h('em', null, ringName(ring)) : name(ringName(ring)), ring.above_share && h('span', { class: 'chip warning' }, t('hidden.above'))], order: ringName },
		{ label: t('hidden.signed'), numeric: true, cell: (ring) => outOf(ring.signers, ring.keys), order: (ring) => ring.signers, falling: true },
		{ label: t('hidden.any'), numeric: true, cell: chanceCell, order: (ring) => ring.signers / ring.keys, falling: true },
	];
	if (staffKnown)
		columns.push({ label: t('hidden.staff'), numeric: true, cell: (ring) => (ring.headcount > 0 ? number(ring.headcount) : t('hidden.staff_unknown')), order: (ring) => ring.headcount, falling: true });
	return dataTable({ caption: t('hidden.caption'), columns, rows: rings, sorted: 2, words: (ring) => `${ringName(ring)} ${ring.id}` });
}

/** A bar beside the figure, for the eye alone. @param {Ring} ring */
function chanceCell(ring) {
	const share = (ring.signers * 100) / ring.keys;
	return h('span', { class: share >= MORE_LIKELY_THAN_NOT ? 'chance high' : 'chance' },
		h('span', { class: 'chance-bar', 'aria-hidden': 'true' }, h('span', { style: { 'inline-size': `${share.toFixed(1)}%` } })),
		h('span', { class: 'chance-figure' }, chance(ring.signers, ring.keys)));
}

/** Rings in which everybody signed hide nobody. @param {Report} report */
function full(report) {
	const rings = report.rings.filter((ring) => ring.keys > 0 && ring.signers === ring.keys);
	return rings.length > 0 && callout('warning', [h('p', null, t('hidden.full')), portions(rings, (ring) => h('li', null, name(ringName(ring))), h('ul'))]);
}

/** @param {Ring} ring */
export const ringName = (ring) => (ring.id === '*' ? t('hidden.star') : ring.name || ring.id);
