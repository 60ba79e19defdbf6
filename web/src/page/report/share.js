// SPDX-License-Identifier: AGPL-3.0-or-later
// page/report/share.js: what so many of so many means for any one of them

import { percent, t } from '../../text/catalogue.js';

/**
 * The chance that any one of a ring signed, in words: nearest percent; "<1 %" and ">99 %" where that would say none or all.
 * @param {number} signers @param {number} keys @returns {string}
 */
export function chance(signers, keys) {
	if (keys === 0 || signers === 0)
		return percent(0);
	const nearest = Math.round((signers * 100) / keys);
	if (nearest === 0)
		return t('share.below', { percent: percent(1) });
	if (nearest >= 100 && signers < keys)
		return t('share.above', { percent: percent(99) });
	return percent(nearest);
}

/** @param {number} signers @param {number} keys @returns {string} such as 15 of 24 */
export const outOf = (signers, keys) => t('share.of', { signers, keys });
