#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# badinput.sh: what goes wrong in life: spoilt files, full disks, late days, rules that cannot be met. A clear error, the right exit code, nothing half-written, nothing lost
. "$(dirname "$0")/lib.sh"
. "$HERE/town.sh"

case_ 'a town with a letter that some have signed'
holds 'the town cannot be made' town || done_testing
holds 'the letter cannot be made' letter a
for m in harbour-1 harbour-2 mint-1 works-1; do holds "$m cannot sign" signed a.letter $m ${m%-*} s-$m; done
ok add a.letter s-*
ok withdraw a.letter --key works-1.key -o w
ok add a.letter w
holds 'a second letter cannot be made' letter b
holds 'nobody can sign it' signed b.letter mint-2 mint b-mint-2
cp a.letter good

# ---- spoilt lines ----

cat >"$W/spoil.py" <<'PY'
# spoil.py LETTER OTHER-SIGNATURE: spoilt copies into spoilt/NAME, each with the line that must be named into spoilt/NAME.line
import base64, json, os, sys
lines = open(sys.argv[1], 'rb').read().splitlines(keepends=True)
other = open(sys.argv[2], 'rb').read()
types = [json.loads(l)['type'] for l in lines]
first = types.index('signature')
letter, words, withdrawal = types.index('letter'), types.index('words'), types.index('withdrawal')
os.mkdir('spoilt')
def put(name, new, line):
    open('spoilt/' + name, 'wb').write(b''.join(new))
    open('spoilt/' + name + '.line', 'w').write(str(line))
def change(i, f):
    return lines[:i] + [f(lines[i])] + lines[i + 1:]
def canonical(d):
    return json.dumps(d, sort_keys=True, separators=(',', ':'), ensure_ascii=False).encode() + b'\n'

put('repeated', lines[:first + 1] + [lines[first]] + lines[first + 1:], first + 2)
put('repeated-at-the-end', lines + [lines[first]], len(lines) + 1)
put('words-before-letter', lines[:letter] + [lines[words], lines[letter]] + lines[words + 1:], letter + 1)
put('signature-before-letter', lines[:letter] + [lines[first]] + lines[letter:first] + lines[first + 1:], letter + 1)
tag = json.loads(lines[withdrawal])['tag']
signed = next(i for i, l in enumerate(lines) if types[i] == 'signature' and json.loads(l)['tag'] == tag)
put('withdrawal-before-signature', lines[:signed] + [lines[withdrawal]] + lines[signed:withdrawal], signed + 1)
put('keys-swapped', [lines[0], lines[2], lines[1]] + lines[3:], 2)
put('spliced', lines + [other], len(lines) + 1)
mine = json.loads(lines[first])
theirs = json.loads(other)
theirs['letter'] = mine['letter']
put('spliced-and-renamed', lines + [canonical(theirs)], len(lines) + 1)
put('space', change(first, lambda l: l.replace(b'","proof"', b'", "proof"')), first + 1)
put('escaped', change(words, lambda l: l.replace(b'On the', b'\\u004fn the')), words + 1)
put('carriage-return', change(first, lambda l: l[:-1] + b'\r\n'), first + 1)
put('empty-line', lines[:first] + [b'\n'] + lines[first:], first + 1)
put('byte-order-mark', [b'\xef\xbb\xbf'] + lines, 1)
put('no-letter', lines[:letter], letter + 1)
put('no-keys', lines[:1], 2)
put('ring', change(first, lambda l: canonical({**mine, 'ring': '*'})), first + 1)
put('twice-member', change(first, lambda l: l.replace(b'{"letter"', b'{"letter":"x","letter"', 1)), first + 1)
proof = base64.urlsafe_b64decode(mine['proof'] + '==')
for at in range(0, len(proof), 32):
    for name, bit in (('low', 0), ('high', 252)):
        spoilt = bytearray(proof)
        spoilt[at + bit // 8] ^= 1 << bit % 8
        text = base64.urlsafe_b64encode(spoilt).decode().rstrip('=')
        put('proof-%03d-%s' % (at, name), change(first, lambda l: canonical({**mine, 'proof': text})), first + 1)
for t, s in (('tag-identity', bytes(32)), ('tag-not-canonical', b'\xff' * 32), ('tag-high-bit', None)):
    tag = bytearray(base64.urlsafe_b64decode(mine['tag'] + '='))
    tag[31] ^= 0x80
    put(t, change(first, lambda l: canonical({**mine, 'tag': base64.urlsafe_b64encode(s if s is not None else tag).decode().rstrip('=')})), first + 1)
whole = b''.join(lines)
starts = [0]
for l in lines:
    starts.append(starts[-1] + len(l))
for part in range(1, 60):
    at = len(whole) * part // 60
    line = sum(s <= at for s in starts)
    cut = whole[:at]
    if not cut.endswith(b'\n'):
        put('cut-%02d' % part, [cut], line)
PY

case_ 'spoilt files: the first line at fault is named'
holds 'cannot spoil' python3 "$W/spoil.py" a.letter b-mint-2
count=0
for f in spoilt/*.line; do
	name=${f%.line} count=$((count + 1))
	expect 1 "$U" verify "$name" </dev/null && err_has "line $(cat "$f")" && out_empty
	expect 1 "$U" add "$name" s-mint-1 </dev/null
done
holds "only $count ways to spoil a letter" test $count -gt 90

case_ 'a spoilt copy or record is refused whole, the letter stays'
for name in repeated spliced proof-000-low cut-30; do
	refused add a.letter b-mint-2 "spoilt/$name"
	same a.letter good
done
refused add a.letter b-mint-2
err_has 'b-mint-2: line 1, member letter: belongs to another letter.'
same a.letter good
head -c 300 s-mint-1 >half
refused add a.letter half
err_has 'half'
printf 'nonsense\n' >nonsense
refused add a.letter nonsense
err_has 'nonsense: line 1'
refused add a.letter mint-1.enrol
same a.letter good

# ---- files ----

case_ 'empty, huge, missing and unreadable files'
: >empty
truncate -s 10G huge
mkdir folder
for verb in verify show; do
	refused $verb empty
	err_has 'empty: line 1'
	expect 1 timeout 20 "$U" $verb huge </dev/null
	err_has 'huge: line 1'
	err_has 'longer than the limit'
	usage $verb missing
	err_has 'cannot read missing: No such file or directory'
	usage $verb folder
	err_has 'Is a directory'
done
for f in empty huge missing folder; do
	for arguments in "add a.letter $f" "add $f s-mint-1" "cosign $f --authority o1" "sign $f --key mint-2.key --yes" "sign a.letter --key $f --yes" \
		"bundle $f --ring mint -o out" "letter new $f --roster staff.roster -o out --authority o1" "letter new letter.ini --roster $f -o out --authority o1" \
		"letter open $f --link-file a.link" "question $f --text x --choice a=a --choice b=b --closes $ENDS --authority o1" "verify a.letter --trust $f"; do
		case $arguments in 'verify a.letter --trust empty') continue ;; esac
		# shellcheck disable=SC2086
		timeout 30 "$U" $arguments </dev/null >"$OUT" 2>"$ERR"
		code=$?
		holds "exit $code: $arguments" test $code = 1 -o $code = 2
		holds "silent: $arguments" test -s "$ERR"
	done
done
absent out
same a.letter good
rm huge
if [ "$(id -u)" != 0 ]; then
	cp a.letter locked
	chmod 0 locked
	usage verify locked
	err_has 'Permission denied'
fi

case_ 'a full disk: an error, and the letter as it was'
holds 'mint-3 cannot sign' signed a.letter mint-3 mint s-mint-3
holds 'mint-4 cannot sign' signed a.letter mint-4 mint s-mint-4
ls -A >"$W/list"
expect 2 sh -c 'ulimit -f 1; exec "$@"' sh "$U" add a.letter s-mint-3 </dev/null
err_has 'cannot write a.letter'
same a.letter good
expect 2 sh -c 'ulimit -f 1; exec "$@"' sh "$U" bundle a.letter --ring '*' -o out </dev/null
absent out
ls -A >"$W/list2"
same "$W/list" "$W/list2"
"$U" verify a.letter >/dev/full 2>"$ERR"
holds 'a full standard output is not noticed' test $? = 2
err_has 'standard output'
"$U" sign a.letter --key mint-4.key --yes >/dev/full 2>"$ERR" </dev/null
holds 'a record that could not be written is not noticed' test $? = 2

case_ 'killed at any moment: the letter is as it was, or whole'
cp a.letter with
ok add with s-mint-3
for signal in INT TERM KILL; do
	[ $signal != KILL ] || holds 'something is left behind' eval '! ls -A | grep -q "^\.[^.]"'
	for t in 0.001 0.002 0.004 0.006 0.008 0.01 0.012 0.015 0.02 0.03 0.05; do
		cp good a.letter
		# a signal in the middle of the sanitizer's own search for leaks, at the end, would stop it for ever
		ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0 timeout -k 20 -s $signal $t "$U" add a.letter s-mint-3 </dev/null >/dev/null 2>&1
		cmp -s a.letter good || cmp -s a.letter with
		holds "neither before nor after: $signal at $t" test $? = 0
	done
done
cp good a.letter

case_ 'two at once: the second to write says so, and undoes nothing'
mkfifo pipe
"$U" add a.letter pipe </dev/null >"$OUT" 2>"$W/first" &
first=$!
exec 9>pipe # returns when the first add has read the letter and waits for its record
ok add a.letter s-mint-3
cat s-mint-4 >&9
exec 9>&-
wait $first
holds 'the first did not notice' test $? = 2
has "$W/first" 'was changed by somebody else meanwhile'
same a.letter with
cp good a.letter

# ---- days ----

case_ 'after the last day nothing is signed, collected, withdrawn or asked'
late=$(day 31) end=$(day 201)
expect 1 on "$late" "$U" sign a.letter --key mint-3.key --yes </dev/null
err_has "the last day to sign was $CLOSES"
expect 1 on "$late" "$U" add a.letter s-mint-3 </dev/null
err_has "the last day for it was $CLOSES"
expect 0 on "$CLOSES" "$U" sign a.letter --key mint-3.key --yes </dev/null
expect 0 on "$late" "$U" withdraw a.letter --key mint-1.key -o w-mint-1 </dev/null
expect 1 on "$end" "$U" withdraw a.letter --key mint-1.key </dev/null
err_has "the last day to withdraw was $ENDS"
expect 1 on "$end" "$U" add a.letter w-mint-1 </dev/null
expect 1 on "$end" "$U" question a.letter --text x --choice a=a --choice b=b --closes "$ENDS" --authority o1 </dev/null
err_has 'that day is past'
same a.letter good
expect 0 on "$late" "$U" add a.letter w-mint-1 </dev/null
expect 0 on "$end" "$U" verify a.letter --json </dev/null
json 'j["valid"] and j["withdrawn"] == 2'
cp good a.letter

# ---- rules and rosters ----

case_ 'thresholds that cannot be met, and who is in the way'
ini -e 's/^signers = 5/signers = 19/' -e 's/^roster = grows/roster = fixed/' >i
refused letter new i --roster staff.roster -o n.letter --authority o1
err_has '19 signers are asked for, and at most 18 can ever sign'
ini -e 's/^signers = 5/signers = 18/' -e 's/^roster = grows/roster = fixed/' >i
ok letter new i --roster staff.roster -o n.letter --authority o1 --force
ini -e 's/^bodies = 2/bodies = 4/' -e 's/^roster = grows/roster = fixed/' >i
refused letter new i --roster staff.roster -o n2.letter --authority o1
err_has "i: line $(grep -n ^bodies i | cut -d: -f1)"
err_has 'The Post: 2 keys'
ini -e 's/^bodies = 2/bodies = 4/' >i
ok letter new i --roster staff.roster -o n.letter --authority o1 --force
err_has 'it can be met only'
ini -e 's/^min_ring = 4/min_ring = 21/' >i
refused letter new i --roster staff.roster -o n2.letter --authority o1
err_has 'the whole roster has 20 keys'
ini -e 's/^max_share = 70/max_share = 10/' -e 's/^bodies = 2/bodies = 0/' >i
ok letter new i --roster staff.roster -o n.letter --authority o1 --force
err_has 'less than one person'
ini -e 's/^rings = either/rings = body/' >i
ok letter new i --roster staff.roster -o n.letter --authority o1 --force
err_has 'leaves 2 people without a ring'
ini -e 's/^signers = 5/signers = 13/' -e 's/^rings = either/rings = body/' -e 's/^roster = grows/roster = fixed/' >i
refused letter new i --roster staff.roster -o n2.letter --authority o1
err_has 'at most 12 can ever sign'
absent n2.letter

case_ 'days that do not fit, a roster that ends too soon'
ini -e "s/^closes = .*/closes = $(day -1)/" >i
refused letter new i --roster staff.roster -o n2.letter --authority o1
err_has 'and today is'
ini -e "s/^ends = .*/ends = $(day 301)/" >i
refused letter new i --roster staff.roster -o n2.letter --authority o1
err_has "the roster ends on $UNTIL"
ini -e "s/^ends = .*/ends = $(day 29)/" >i
refused letter new i --roster staff.roster -o n2.letter --authority o1
err_has 'after ends'
absent n2.letter

case_ 'an ini with a fault: its line; a text that cannot stand in a letter: its line'
ini -e 's/^max_share = 70/max_share = 700/' >i
refused letter new i --roster staff.roster -o n2.letter --authority o1
err_has "i: line $(grep -n ^max_share i | head -n 1 | cut -d: -f1): max_share: a whole number from 1 to 100"
ini -e '/^language/d' >i
refused letter new i --roster staff.roster -o n2.letter --authority o1
err_has '[letter] lacks language'
ini -e 's/^text = text.md/text = tabs.md/' >i
printf 'One.\nTwo\tthree.\n' >tabs.md
usage letter new i --roster staff.roster -o n2.letter --authority o1
err_has 'tabs.md: line 2'
rm tabs.md
usage letter new i --roster staff.roster -o n2.letter --authority o1
err_has 'tabs.md: No such file'
absent n2.letter

case_ 'a roster without its registrars is no ground for a letter'
ok roster new --series town --name 'The town' --edition 1 --from "$FROM" --until "$UNTIL" --bodies bodies.csv --enrolments ./*.enrol -o half.roster
ok cosign half.roster --authority r1
refused letter new letter.ini --roster half.roster -o n2.letter --authority o1
err_has 'Staff Court must sign it too'
refused letter new letter.ini --roster staff.roster -o n2.letter --authority r1
err_has 'not the key of an organiser'
absent n2.letter

# ---- keys ----

case_ 'a wrong passphrase, another town, a stranger'
echo right >right
echo wrong >wrong
ok authority new -o locked.authority --passphrase-file right
usage cosign n.letter --authority locked.authority --passphrase-file wrong
err_has 'wrong passphrase'
refused cosign n.letter --authority locked.authority --passphrase-file right
err_has 'not the key of an organiser'
ok key new -o other.key --series village --no-passphrase
refused sign a.letter --key other.key --yes
err_has 'the series village'
ok key new -o stranger.key --series town --no-passphrase
refused sign a.letter --key stranger.key --yes
err_has 'not on this letter'
usage sign a.letter --key o1 --yes
ok key new -o pinned.key --series town --no-passphrase --pin "$(printf 'A%.0s' $(seq 43))"
refused sign a.letter --key pinned.key --yes
err_has 'Sign nothing'
out_empty

case_ 'the pin of the registrars: theirs is accepted, another quorum is another pin'
ok authority pin "$(public r2)" "$(public r1)" --json
pin=$(grep -o -E '[A-Za-z0-9_-]{43}' "$OUT")
ok authority pin "$(public r1)" "$(public r2)" --quorum 1 --json
other=$(grep -o -E '[A-Za-z0-9_-]{43}' "$OUT")
holds 'the quorum is part of the pin' test "$pin" != "$other"
ok verify a.letter --json
json "j[\"pin\"] == \"$pin\""
ok key new -o pin-good.key --series town --no-passphrase --pin "$pin"
refused sign a.letter --key pin-good.key --yes
err_has 'not on this letter'
ok key new -o pin-other.key --series town --no-passphrase --pin "$other"
refused sign a.letter --key pin-other.key --yes
err_has 'Sign nothing'
dashed=
while ok authority new -o dashed.key --no-passphrase --force && dashed=$(public dashed.key) && [ "${dashed#-}" = "$dashed" ]; do :; done
ok authority pin "$(public r1)" "$dashed" --quorum 1
cp "$OUT" dashed.pin
ok authority pin --quorum 1 -- "$(public r1)" "$dashed"
same "$OUT" dashed.pin
usage authority pin "$dashed" "-$dashed"
usage authority pin "$(public r1)" "$(public r1)"
err_has 'twice'
usage authority pin "$(printf 'A%.0s' $(seq 43))"
err_has 'no Ed25519 key'
usage authority pin "$(public r1)" --quorum 2
usage authority pin

case_ 'without a pin, sign names who made the roll and their pin; with it, that it is theirs'
usage sign a.letter --key mint-3.key
err_has 'people who call themselves'
err_has 'holds no pin'
err_has 'you have advanced the key'
ok key new -o pin-mint.key --series town --no-passphrase --pin "$pin"
ok key enrol pin-mint.key --body mint -o pin-mint.enrol
ok roster new --series town --name 'The town' --edition 1 --from "$FROM" --until "$UNTIL" --bodies bodies.csv --enrolments ./*.enrol -o pin.roster
ok cosign pin.roster --authority r1
ok cosign pin.roster --authority r2
ok letter new letter.ini --roster pin.roster -o pin.letter --authority o1
ok cosign pin.letter --authority o2
usage sign pin.letter --key pin-mint.key
err_has 'registrars of the pin'
err_has_not 'holds no pin'
err_has 'in this copy nobody has signed'

case_ 'a bundle whose rules somebody changed: the fault is that of the bundle, and nothing is signed'
ok bundle a.letter --ring mint -o mint.bundle
usage sign mint.bundle --key mint-3.key
sed 's/"min_ring":4/"min_ring":2/' mint.bundle >changed.bundle
differ mint.bundle changed.bundle
refused sign changed.bundle --key mint-3.key --yes
err_has 'a wrong Ed25519 signature'
out_empty
refused show mint.bundle
err_has 'enough to sign, not to verify'

case_ '-o never replaces what the command reads, --force or not'
cp mint-3.key key.before
ln -s a.letter link.letter
usage sign a.letter --key mint-3.key --yes -o a.letter --force
err_has 'is what this command reads'
usage sign a.letter --key mint-3.key --yes -o mint-3.key --force
usage sign link.letter --key mint-3.key --yes -o ./a.letter --force
usage bundle a.letter --ring mint -o a.letter --force
usage key enrol mint-3.key --body mint -o mint-3.key --force
usage roster new --series town --name T --edition 1 --from "$FROM" --until "$UNTIL" --bodies bodies.csv --enrolments mint-3.enrol -o mint-3.enrol --force
err_has 'would be lost'
same a.letter good
same mint-3.key key.before

case_ 'on a terminal no line is wider than it, but for single words'
expect 2 python3 "$HERE/terminal.py" -- sh -c 'stty cols 50; "$1" authority show mint-3.key' sh "$U"
out_has "is a member's key"
holds 'a line is too wide' sh -c '! grep -q -E "^.{51}" "$1"' sh "$OUT"
expect 0 python3 "$HERE/terminal.py" -- sh -c 'stty cols 70; "$1" verify a.letter' sh "$U"
out_line 'Their roll: 20 keys, 23 staff.'
holds 'a line is too wide' sh -c '! grep -q -E "^.{71}" "$1"' sh "$OUT"

case_ 'wrong use: what is missing, and exit 2'
usage sign a.letter
err_has '--key FILE is missing'
usage vote a.letter --key mint-1.key --question abc --choice a
err_has '--question'
usage letter open a.letter
usage letter new letter.ini --roster staff.roster -o n2.letter --authority o1 --link-out x
usage verify
usage verify a.letter b.letter
usage key restore -o n.key --series town --no-passphrase --code-file a.letter
err_has 'Is it the right file?'
usage add a.letter
usage bench --only nonsense
err_has 'nothing has this name'
usage nonsense
same a.letter good

done_testing
