// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/looks.js: what can be measured of how a view looks: axe-core's rules, room on narrow screens, large text, sizes for fingers

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds on the view now: WCAG 2.0 to 2.2, A and AA, and good practice; a line for each finding. @param {import('./visit.js').Visit} v @returns {Promise<string[]>} */
export async function violations(v) {
	if (!(await v.page.evaluate(() => 'axe' in globalThis)))
		await v.page.evaluate(`${AXE};0`);
	return v.page.evaluate(async () => {
		await Promise.allSettled(document.getAnimations().filter((animation) => animation.effect?.getTiming().iterations !== Infinity).map((animation) => animation.finished)); // colours on their way are no one's choice
		const axe = /** @type {any} */ (globalThis).axe;
		const { violations, passes } = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations', 'passes'] });
		if (passes.length < 5)
			return ['axe-core looked at nothing'];
		return violations.flatMap((/** @type {any} */ rule) => rule.nodes.map((/** @type {any} */ node) => `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary.replace(/\s+/g, ' ')}`));
	});
}

/** What reaches beyond the screen sideways, if the view can be scrolled so; [] is right. Boxes that scroll by themselves may hold more. @param {import('./visit.js').Visit} v @returns {Promise<string[]>} */
export const overflow = (v) => v.page.evaluate(() => {
	const width = document.documentElement.clientWidth;
	if (document.documentElement.scrollWidth <= width && document.body.scrollWidth <= width)
		return [];
	return ['the view scrolls sideways', ...[...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() && (e.getBoundingClientRect().right > width + 1 || e.getBoundingClientRect().left < -1))
		.slice(0, 5).map((e) => `${e.tagName.toLowerCase()}.${e.className}: ${e.textContent?.slice(0, 40)}`)];
});

/** Targets below 24 by 24 CSS pixels (WCAG 2.2, 2.5.8) that do not stand in a line of text. @param {import('./visit.js').Visit} v @returns {Promise<string[]>} */
export const smallTargets = (v) => v.page.evaluate(() => [...document.querySelectorAll('button, a[href], summary, select, input:not(.unseen)')]
	.filter((e) => e.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !e.matches('.skip'))
	.map((e) => ({ e, box: (e.matches('input[type=checkbox], input[type=radio]') ? e.closest('label') ?? e : e).getBoundingClientRect() }))
	.filter(({ e, box }) => (box.width < 24 || box.height < 24) && getComputedStyle(e).display !== 'inline')
	.map(({ e, box }) => `${e.tagName.toLowerCase()} ${e.textContent?.trim().slice(0, 30)}: ${Math.round(box.width)}x${Math.round(box.height)}`));

/** One h1, no level skipped, a main, and a name for everything that takes the focus. @param {import('./visit.js').Visit} v @returns {Promise<string[]>} */
export const outline = (v) => v.page.evaluate(() => {
	const levels = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter((e) => e.checkVisibility()).map((e) => Number(e.tagName[1]));
	/** @type {string[]} */
	const wrong = [];
	if (levels.filter((level) => level === 1).length !== 1)
		wrong.push(`${levels.filter((level) => level === 1).length} headings of the first level`);
	levels.forEach((level, i) => i > 0 && level > levels[i - 1] + 1 && wrong.push(`a heading of level ${level} after one of level ${levels[i - 1]}`));
	return wrong;
});

/** All that must hold of a view in any setting. @param {import('./visit.js').Visit} v @param {string} view its name, for the message */
export async function fit(v, view) {
	const found = { axe: await violations(v), overflow: await overflow(v), small: await smallTargets(v), outline: await outline(v) };
	assert.deepEqual(found, { axe: [], overflow: [], small: [], outline: [] }, `${view}, ${v.running.name}, ${v.setting}`);
}
