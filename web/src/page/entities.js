// SPDX-License-Identifier: AGPL-3.0-or-later
// page/entities.js: character references (&amp; &#233;) in a letter's body, in the place of the package that commonmark brings: that has 2,231 names and is as large as the rest of this page (build.js puts this one there)

import { faultOfText } from '../base/visible.js';

/* The 252 names of HTML 4 (its section 24): each name, then the one character that it stands for. Others stay as they are written. */
const NAMES = ('quot" amp& lt< gt> nbsp\u00a0 iexcl¡ cent¢ pound£ curren¤ yen¥ brvbar¦ sect§ uml¨ copy© ordfª laquo« not¬ shy\u00ad reg® macr¯ deg° plusmn± sup2² '
	+ 'sup3³ acute´ microµ para¶ middot· cedil¸ sup1¹ ordmº raquo» frac14¼ frac12½ frac34¾ iquest¿ AgraveÀ AacuteÁ AcircÂ AtildeÃ AumlÄ AringÅ AEligÆ CcedilÇ '
	+ 'EgraveÈ EacuteÉ EcircÊ EumlË IgraveÌ IacuteÍ IcircÎ IumlÏ ETHÐ NtildeÑ OgraveÒ OacuteÓ OcircÔ OtildeÕ OumlÖ times× OslashØ UgraveÙ UacuteÚ UcircÛ '
	+ 'UumlÜ YacuteÝ THORNÞ szligß agraveà aacuteá acircâ atildeã aumlä aringå aeligæ ccedilç egraveè eacuteé ecircê eumlë igraveì iacuteí icircî iumlï ethð '
	+ 'ntildeñ ograveò oacuteó ocircô otildeõ oumlö divide÷ oslashø ugraveù uacuteú ucircû uumlü yacuteý thornþ yumlÿ OEligŒ oeligœ ScaronŠ scaronš YumlŸ '
	+ 'fnofƒ circˆ tilde˜ AlphaΑ BetaΒ GammaΓ DeltaΔ EpsilonΕ ZetaΖ EtaΗ ThetaΘ IotaΙ KappaΚ LambdaΛ MuΜ NuΝ XiΞ OmicronΟ PiΠ RhoΡ SigmaΣ TauΤ UpsilonΥ PhiΦ '
	+ 'ChiΧ PsiΨ OmegaΩ alphaα betaβ gammaγ deltaδ epsilonε zetaζ etaη thetaθ iotaι kappaκ lambdaλ muμ nuν xiξ omicronο piπ rhoρ sigmafς sigmaσ tauτ upsilonυ '
	+ 'phiφ chiχ psiψ omegaω thetasymϑ upsihϒ pivϖ ensp\u2002 emsp\u2003 thinsp\u2009 zwnj\u200c zwj\u200d lrm\u200e rlm\u200f ndash\u2013 mdash\u2014 '
	+ 'lsquo\u2018 rsquo\u2019 sbquo\u201a ldquo\u201c rdquo\u201d bdquo\u201e dagger\u2020 Dagger\u2021 bull\u2022 hellip\u2026 permil\u2030 prime\u2032 '
	+ 'Prime\u2033 lsaquo\u2039 rsaquo\u203a oline\u203e frasl\u2044 euro€ imageℑ weierp℘ realℜ trade™ alefsymℵ larr← uarr↑ rarr→ darr↓ harr↔ crarr↵ lArr⇐ '
	+ 'uArr⇑ rArr⇒ dArr⇓ hArr⇔ forall∀ part∂ exist∃ empty∅ nabla∇ isin∈ notin∉ ni∋ prod∏ sum∑ minus− lowast∗ radic√ prop∝ infin∞ ang∠ and∧ or∨ cap∩ cup∪ int∫ '
	+ 'there4∴ sim∼ cong≅ asymp≈ ne≠ equiv≡ le≤ ge≥ sub⊂ sup⊃ nsub⊄ sube⊆ supe⊇ oplus⊕ otimes⊗ perp⊥ sdot⋅ lceil⌈ rceil⌉ lfloor⌊ rfloor⌋ lang〈 rang〉 loz◊ '
	+ 'spades♠ clubs♣ hearts♥ diams♦').split(' ');

/** @type {Map<string, string>} */
const CHARACTERS = new Map(NAMES.map((entry) => [entry.slice(0, -1), entry.slice(-1)]));

/**
 * What a whole reference stands for. A letter may hold nothing that cannot be seen (spec/records.md, Form), and a reference must not bring it back: one that would, and one that is unknown, stays as it is written.
 * @param {string} reference from & to ; @returns {string}
 */
export function decodeHTMLStrict(reference) {
	const number = /^&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));$/i.exec(reference);
	const character = number ? fromPoint(parseInt(number[1] ?? number[2], number[1] ? 16 : 10)) : CHARACTERS.get(reference.slice(1, -1));
	return character === undefined || faultOfText(character, false) ? reference : character;
}

/** @param {number} point @returns {string | undefined} */
const fromPoint = (point) => (point <= 0x10ffff ? String.fromCodePoint(point) : undefined);
