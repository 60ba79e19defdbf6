#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# lib_test.sh: the helpers of lib.sh can say no: small files of cases, some wrong on purpose, run as tests are
. "$(dirname "$0")/lib.sh"

# inner CODE: runs a test file made of the lines on stdin
inner() {
	{ echo ". '$HERE/lib.sh'"; cat; echo done_testing; } >"$W/inner.sh"
	cp "$HERE/at.sh" "$W/"
	expect "$1" sh "$W/inner.sh" /bin/true
}

case_ 'what holds passes'
inner 0 <<'I'
case_ good
	expect 3 sh -c 'echo word; echo talk >&2; exit 3'
	out_is word
	out_line word
	err_has al
	out_has_not talk
	printf x >f; chmod 600 f; mode f 600; present f; absent g; only f; same f f
	expect 0 on 2027-01-05 date +%F
	out_is 2027-01-05
	ok anything
I
out_line 'ok 1 - good'
out_line '1..1'

for wrong in 'expect 0 false' 'expect 1 true' 'expect 0 echo a; out_is b' 'expect 0 echo ab; out_line a' 'expect 0 echo a; out_has b' \
	'expect 0 true; err_has b' 'expect 0 echo a; out_has_not a' 'expect 0 echo a; out_empty' 'present f' 'touch f; absent f' \
	'touch f g; only f' 'touch f; chmod 644 f; mode f 600' 'echo a >f; echo b >g; same f g' 'touch f g; differ f g' \
	'expect 0 echo "{}"; json "len(j) == 1"' 'expect 0 echo no; json "True"' 'holds no false' ':'; do
	case_ "found out: $wrong"
	inner 1 <<-I
		case_ bad
		$wrong
		case_ good
		expect 0 true
	I
	out_line 'not ok 1 - bad'
	out_line 'ok 2 - good'
done

case_ 'a file without cases has failed'
inner 1 </dev/null

case_ 'what a killed process of the same number left does not keep a day from coming'
expect 0 sh -c ': >"/dev/shm/sem.faketime_sem_$$"; exec "$1" "2027-01-05 12:00:00" date +%F' sh "$HERE/at.sh"
out_is 2027-01-05

export OLD_W="$W"
case_ 'nothing is left behind'
inner 0 <<'I'
case_ good
	expect 0 pwd
	cp "$OUT" "$OLD_W/where"
	mkdir locked; touch locked/f; chmod 0 locked
I
holds 'its folder is still there' test ! -e "$(cat "$W/where")"
done_testing
