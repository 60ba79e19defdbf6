// SPDX-License-Identifier: AGPL-3.0-or-later
// page/parts/error.js: why something did not work: a sentence, where, what to do next; the rest folded for engineers

import { Refusal } from '../../base/refusal.js';
import { has, t } from '../../text/catalogue.js';
import { h } from '../dom.js';
import { p } from '../say.js';
import { HostFault } from '../host.js';
import { callout } from './callout.js';
import { disclosure } from './disclosure.js';

/**
 * @param {unknown} error a Refusal, HostFault, Trouble, or anything else that was thrown
 * @param {{ title?: string, actions?: import('../dom.js').Child[], tone?: 'bad' | 'warning' | 'info' }} [options] actions: buttons below
 */
export function errorPanel(error, { title, actions = [], tone } = {}) {
	const refusal = error instanceof Refusal ? error : null;
	const code = refusal?.code ?? (error instanceof HostFault ? error.code : 'trouble');
	const calm = code === 'stopped' || code === 'newer';
	return callout(tone ?? (calm ? 'info' : 'bad'), [
		p(refusalKey(error)),
		refusal && refusal.line > 0 && p('error.line', { line: refusal.line }),
		has(`advice.${code}`) && p(`advice.${code}`),
		error instanceof HostFault && has(`host.${error.code}_do`) && p(`host.${error.code}_do`),
		actions.length > 0 && h('div', { class: 'actions' }, ...actions),
		disclosure(t('error.details'), h('p', { class: 'mono', dir: 'ltr' }, engineering(error))),
	], { title: title ?? t(calm ? `error.title_${code}` : refusal || error instanceof HostFault ? 'error.title' : 'error.title_trouble'), alert: true });
}

/** One sentence in plain words. @param {unknown} error @returns {string} */
export const refusalText = (error) => t(refusalKey(error)).replaceAll('**', '');

/** @param {unknown} error */
function refusalKey(error) {
	if (error instanceof HostFault)
		return has(`host.${error.code}`) ? `host.${error.code}` : `refusal.${error.code}`;
	return error instanceof Refusal ? `refusal.${error.code}` : 'refusal.trouble';
}

/** @param {unknown} error @returns {string} */
const engineering = (error) => (error instanceof Error ? error.message : String(error));
