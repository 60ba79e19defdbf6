// SPDX-License-Identifier: AGPL-3.0-or-later
// page/report/export.js: the result as plain text, to quote and to keep

import { day, list, number, t } from '../../text/catalogue.js';
import { partyName } from './answers.js';
import { headlineText, registrarNames } from './headline.js';
import { ringName } from './hidden.js';
import { dates } from './rules.js';
import { chance, outOf } from './share.js';

/** @typedef {import('../../worker/tasks.js').Report} Report */

/** @param {Report} report @param {string} today @returns {string} lines of text; names of others stand as they are */
export function reportText(report, today) {
	const roll = t(report.headcount > 0 ? 'basis.roll_staff' : 'basis.roll', { keys: report.keys, staff: report.headcount });
	const lines = [
		headlineText(report),
		`${t('basis.true_if', { who: list(registrarNames(report)), n: registrarNames(report).length })} ${roll}`,
		'',
		report.words ? `${report.words.title} (${report.words.addressees.map((addressee) => addressee.name).join('; ')})` : t('sealed.title'),
		'',
		t('hidden.title'),
		...report.rings.filter((ring) => ring.signers > 0).map((ring) => `  ${outOf(ring.signers, ring.keys)} (${t('hidden.any').toLowerCase()}: ${chance(ring.signers, ring.keys)})  ${ringName(ring)}${ring.wave > 0 ? ` +${ring.wave}` : ''}${ring.above_share ? ` [${t('hidden.above')}]` : ''}`),
		`  ${t('hidden.all', { share: outOf(report.signers, report.keys), chance: chance(report.signers, report.keys) })}`,
		report.withdrawn > 0 ? `  ${t('hidden.withdrawn', { n: report.withdrawn })}` : '',
		'',
		t('rules.title'),
		report.rules.signers > 0 ? `  ${t('rules.signers', { n: report.rules.signers })}: ${t(report.signers >= report.rules.signers ? 'rules.met' : 'rules.not_met')}` : '',
		report.rules.bodies > 0 ? `  ${t('rules.bodies', { n: report.rules.bodies })}: ${t(report.bodies >= report.rules.bodies ? 'rules.met' : 'rules.not_met')}` : '',
		`  ${dates(report)}`,
		'',
		t('vouch.title'),
		...report.vouchers.map((voucher) => `  ${voucher.name || t('vouch.no_name')} (${[voucher.registrar && t('vouch.registrar'), voucher.organiser && t('vouch.organiser')].filter(Boolean).join(', ')}): ${voucher.short}${voucher.where ? `; ${voucher.where}` : ''}`),
		'',
		...report.stances.map((stance) => `${partyName(report, stance.party)}, ${stance.demand === '*' ? t('words.whole') : stance.demand}: ${t(`stance.${stance.stance}`)} (${stance.authenticated ? t('answers.signed', { who: partyName(report, stance.party) }) : t('answers.recorded')})`),
		...report.waits.filter((wait) => !wait.answered).map((wait) => `${wait.name}: ${t('answers.wait', { n: wait.days })}`),
		'',
		t('shorts.title'),
		...(/** @type {const} */ (['letter', 'words', 'roster', 'pin'])).map((what) => `  ${t(`shorts.${what}`)}: ${report.short[what]}`),
		'',
		t('limits.stamp'),
		report.dated_after.length > 0 ? t('limits.after', { n: report.dated_after.length, today: day(today), lines: report.dated_after.map(number).join(' ') }) : '',
		t('export.checked', { on: day(today), lines: report.lines }),
	];
	return `${lines.join('\n').replace(/\n{3,}/g, '\n\n')}\n`;
}
