#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# vectors.sh: verify --json gives, of every sample letter, exactly the verdict that letters/expected.json holds
. "$(dirname "$0")/lib.sh"

: "${UND_VECTORS:=$HERE/../vectors}"


cat >"$W/compare.py" <<'PY'
# compare.py PROGRAM FOLDER [NAME=OTHER]: one TAP comment for each letter whose verdict differs; [the verdict of NAME is looked for in OTHER]
import json, subprocess, sys
program, folder = sys.argv[1:3]
instead = dict(a.split('=') for a in sys.argv[3:])
expected = json.load(open(folder + '/expected.json'))
codes = {True: 0, False: 1, None: 3}
wrong = 0
for name, want in sorted(expected.items()):
    if instead and name not in instead:
        continue
    run = subprocess.run([program, 'verify', '--json', folder + '/' + instead.get(name, name) + '.letter'], stdin=subprocess.DEVNULL, capture_output=True)
    try:
        got = json.loads(run.stdout)
    except ValueError:
        got = {}
    faults = [k for k, v in want.items() if k not in ('reason', 'link') and (k not in got or got[k] != v or type(got[k]) != type(v))]
    if run.returncode != codes[want['valid']]:
        faults.append('exit %d' % run.returncode)
    if want['valid'] is not True and not got.get('reason'):
        faults.append('no reason')
    if run.stderr:
        faults.append('something on stderr')
    if faults:
        wrong += 1
        print('# %s (%s): %s; says %s' % (name, want.get('reason', 'valid'), ', '.join(faults), run.stdout[:300]))
print(len(expected) if not instead else len(instead), 'letters,', wrong, 'wrong')
sys.exit(wrong != 0)
PY

case_ 'every sample letter gets its verdict'
expect 0 python3 "$W/compare.py" "$U" "$UND_VECTORS/letters"
out_line '293 letters, 0 wrong'
grep '^#' "$OUT"

for pair in valid-life=valid-base bad-proof=valid-plain valid-plain=bad-proof bad-tag=newer-letter newer-letter=bad-tag bad-proof=bad-no-letter; do
	case_ "the comparison finds out: $pair"
	expect 1 python3 "$W/compare.py" "$U" "$UND_VECTORS/letters" "$pair"
	out_line '1 letters, 1 wrong'
done

case_ 'the link of the sealed letter opens it'
python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["valid-sealed"]["link"])' "$UND_VECTORS/letters/expected.json" >link.hex
python3 -c 'import base64,sys; s=open("link.hex").read().strip(); b=bytes.fromhex(s) if len(s)==64 else base64.urlsafe_b64decode(s+"="); print(base64.urlsafe_b64encode(b).decode().rstrip("="))' >link
ok show "$UND_VECTORS/letters/valid-sealed.letter" --link-file link
out_has_not 'The words are sealed'
ok show "$UND_VECTORS/letters/valid-sealed.letter"
out_has 'The words are sealed'
tr 'A-Za-z' 'B-ZAb-za' <link >otherlink
usage show "$UND_VECTORS/letters/valid-sealed.letter" --link-file otherlink
out_empty
usage show "$UND_VECTORS/letters/valid-sealed-opened.letter" --link-file otherlink
out_empty

case_ 'every valid letter can be read, for people and for programs; a false one is not shown'
for letter in "$UND_VECTORS"/letters/valid-*.letter; do
	ok show "$letter"
	out_has 'signed'
	ok show "$letter" --json
	out_has '"waits":['
done
for name in bad-statement-unknown-demand bad-clarifies-another-party bad-notice-deadline-late bad-translation-lacks-a-demand bad-delivery-to-ally; do
	refused show "$UND_VECTORS/letters/$name.letter"
	out_empty
done

case_ 'authenticated, recorded, clarified: as the matrix shows it'
ok show "$UND_VECTORS/letters/valid-recorded-later-does-not-win.letter"
grep -A 4 '^Where they stand' "$OUT" >matrix
holds 'the authenticated stance counts' eval 'grep -q "✕ rejects\$" matrix && grep -q "↔ counter\$" matrix && ! grep -q "°" matrix'
ok show "$UND_VECTORS/letters/valid-authenticated-clarifies-recorded.letter"
grep -A 4 '^Where they stand' "$OUT" >matrix
holds 'one of each' eval 'grep -q "✓ accepts\$" matrix && grep -q "↔ counter°\$" matrix'
holds 'the clarification stands below' grep -q '^└ ' "$OUT"
ok show "$UND_VECTORS/letters/valid-clarified-out-of-order.letter"
holds 'the clarification stands below' grep -q '^└ ' "$OUT"

case_ 'for people: the headline comes first, and what it hides among'
ok verify "$UND_VECTORS/letters/valid-life.letter"
holds 'headline' test "$(head -n 1 "$OUT")" = '19 people from 5 bodies signed.'
out_has '3 of 60 (any one of them: 5 %)'
out_has 'This copy carries no time stamp: later withdrawals and answers may be missing.'
ok verify "$UND_VECTORS/letters/valid-share-below.letter"
holds 'headline of one' test "$(head -n 1 "$OUT")" = '1 person from 1 body signed.'
ok verify "$UND_VECTORS/letters/valid-no-signatures.letter"
holds 'headline of none' test "$(head -n 1 "$OUT")" = 'Nobody has signed.'
ok verify "$UND_VECTORS/letters/valid-share-above-in-a-body.letter"
out_has 'Department 0: more than'

case_ 'a false letter: the first line says where and why'
refused verify "$UND_VECTORS/letters/bad-proof.letter"
out_empty
err_has 'line 15, member proof: the proof is wrong.'
expect 3 "$U" verify "$UND_VECTORS/letters/newer-letter.letter"
err_has 'line 7'
err_has 'nothing here says that it is'

case_ 'one thread or several: one verdict'
ok verify --threads 1 --json "$UND_VECTORS/letters/valid-life.letter"
cp "$OUT" one
ok verify --threads 3 --json "$UND_VECTORS/letters/valid-life.letter"
same one "$OUT"
usage verify --threads 0 "$UND_VECTORS/letters/valid-life.letter"
expect 0 "$U" verify --json - <"$UND_VECTORS/letters/valid-life.letter"
same one "$OUT"

done_testing
