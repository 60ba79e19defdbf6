#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# keys.sh: members' and authorities' key files: new, enrol, show, advance, restore
. "$(dirname "$0")/lib.sh"

# terminal [PROMPT ANSWER]… -- ARG…: the program on a terminal
terminal() { python3 "$HERE/terminal.py" "$@"; }
echo 'correct horse battery staple' >pass
echo 'another long passphrase' >wrong
series='--series staff'
# the enrolment line's keys, for comparing what only the public side shows
key_of() { sed 's/.*"edition":'"$1"',"key":"\([^"]*\)".*/\1/'; }

case_ 'a new key is for its owner alone and 208 bytes'
	ok key new -o a.key $series --passphrase-file pass
	out_empty
	err_has 'undersigned key enrol a.key'
	mode a.key 600
	holds 'not 208 bytes' test "$(stat -c %s a.key)" = 208

case_ 'it opens with its passphrase and no other'
	ok key show a.key --passphrase-file pass
	out_has 'series staff, edition 1, public key '
	usage key show a.key --passphrase-file wrong
	err_has 'wrong passphrase'
	usage key show a.key
	err_has 'no terminal'
	usage key show a.key --passphrase-file nowhere
	err_has 'cannot read nowhere: No such file'

case_ 'the passphrase may come from a descriptor or standard input'
	expect 0 "$U" key show a.key --passphrase-file - <pass
	expect 0 sh -c '"$0" key show a.key --passphrase-file /dev/fd/7 7<pass' "$U"
	expect 2 "$U" key show a.key --passphrase-file - </dev/null
	err_has 'nothing was given'

case_ 'a passphrase is the same in both Unicode spellings'
	printf 'cre\314\200me bru\314\202l\303\251e\n' >decomposed # è û decomposed, é composed
	printf 'cr\303\250me br\303\273l\303\251e' >composed
	ok key new -o nfc.key $series --passphrase-file decomposed
	ok key show nfc.key --passphrase-file composed
	printf '\377\376 not utf-8 at all' >bytes
	usage key new -o no.key $series --passphrase-file bytes
	err_has 'UTF-8'
	absent no.key

case_ 'nothing is overwritten without --force'
	cp a.key before
	usage key new -o a.key $series --no-passphrase
	err_has 'a.key exists already'
	err_has '--force'
	same a.key before
	usage authority new -o a.key --no-passphrase
	same a.key before
	cp a.key forced.key
	ok key new -o forced.key $series --no-passphrase --force
	differ forced.key before
	mode forced.key 600

case_ 'key new knows what it needs'
	usage key new -o b.key --no-passphrase
	err_has '--series ID is missing'
	usage key new $series --no-passphrase
	err_has '-o FILE is missing'
	usage key new -o b.key --series Staff --no-passphrase
	err_has 'not an id'
	usage key new -o b.key $series --edition 0 --no-passphrase
	usage key new -o b.key $series --edition 65536 --no-passphrase
	usage key new -o b.key $series --pin AAAA --no-passphrase
	err_has 'base64url'
	usage key new -o b.key $series --no-passphrase --passphrase-file pass
	usage key new -o b.key $series
	err_has 'no terminal'
	usage key new -o nowhere/b.key $series --no-passphrase
	usage key new -o b.key $series --no-passphrase extra
	absent b.key

case_ 'edition and pin are kept'
	pin=$(printf '%043d' 0 | tr 0 A)
	ok key new -o e7.key $series --edition 7 --pin "$pin" --no-passphrase
	ok key show e7.key --json
	json 'j["edition"] == 7 and j["series"] == "staff" and j["imported"] is False and len(j["pin"]) == 29 and len(j["short"]) == 29'
	ok key show a.key --json --passphrase-file pass
	json 'j["pin"] == ""'

case_ 'weak passphrases are warned about'
	echo short >weak
	ok key new -o weak.key $series --passphrase-file weak
	err_has Warning
	ok key new -o strong.key $series --passphrase-file pass
	err_has_not Warning

case_ 'a key that others may read is warned about'
	cp strong.key open.key
	chmod 644 open.key
	ok key show open.key --passphrase-file pass
	err_has 'chmod 600 open.key'

case_ 'enrol prints one line, of this and the coming editions'
	ok key enrol a.key --body harbour --passphrase-file pass
	json 'j["type"] == "enrolment" and j["body"] == "harbour" and j["series"] == "staff" and j["v"] == 1'
	json '[k["edition"] for k in j["keys"]] == list(range(1, 13)) and len({k["key"] for k in j["keys"]}) == 12'
	holds 'not one line' test "$(wc -l <"$OUT")" = 1
	cp "$OUT" a.enrolment
	ok key enrol a.key --body harbour --editions 3 --passphrase-file pass -o three
	out_empty
	holds 'other keys' test "$(key_of 3 <three)" = "$(key_of 3 <a.enrolment)"
	usage key enrol a.key --body harbour --editions 3 --passphrase-file pass -o three
	err_has 'three exists already'
	ok key new -o last.key $series --edition 65534 --no-passphrase
	ok key enrol last.key --body harbour
	json '[k["edition"] for k in j["keys"]] == [65534, 65535]'
	usage key enrol a.key --passphrase-file pass
	err_has '--body ID is missing'
	usage key enrol a.key --body 'the harbour' --passphrase-file pass
	usage key enrol a.key --body harbour --editions 0 --passphrase-file pass
	usage key enrol a.key --body harbour --editions 1000 --passphrase-file pass

case_ 'advance erases the past: the old keys cannot be had, the coming ones can'
	ok key advance a.key --to 3 --yes --passphrase-file pass
	err_has 'destroy the old one'
	out_has 'edition 3, public key '
	head -n 1 "$OUT" >code3
	mode a.key 600
	ok key enrol a.key --body harbour --editions 10 --passphrase-file pass
	holds 'other keys than were enrolled' test "$(key_of 4 <"$OUT")" = "$(key_of 4 <a.enrolment)"
	out_has_not '"edition":2,'
	out_has_not "$(key_of 2 <a.enrolment)"
	refused key advance a.key --to 2 --yes --passphrase-file pass
	err_has 'cannot be had back'
	refused key advance a.key --to 3 --yes --passphrase-file pass
	usage key advance a.key --to 65536 --yes --passphrase-file pass
	usage key advance a.key --yes --passphrase-file pass
	usage key advance a.key --to 4 --passphrase-file pass
	err_has '--roster'
	usage key advance a.key --to 4 --yes --passphrase-file wrong

case_ 'advance overwrites the old bytes where they stood'
	ok key new -o er.key $series --no-passphrase
	ln er.key er.old
	cp er.key er.copy
	ok key advance er.key --to 2 --yes
	differ er.old er.copy
	holds 'something is left' test "$(tr -d '\000' <er.old | wc -c)" = 0

case_ 'advance that cannot write leaves the key as it was'
	ok key new -o full.key $series --no-passphrase
	cp full.key before
	# no file may grow: as on a full disk
	expect 2 sh -c '{ (ulimit -f 0; "$0" key advance full.key --to 2 --yes 2>&1; echo $? >&3) | cat >&2; } 3>code; exit "$(cat code)"' "$U"
	err_has 'cannot write full.key'
	same full.key before

case_ 'the written code restores a key'
	ok key new -o w.key $series --no-passphrase --show-code
	cp "$OUT" w.code
	holds 'not ten groups' grep -q -x -E '([a-z2-7]{4}-){9}[a-z2-7]{4}' w.code
	ok key restore -o w2.key $series --code-file w.code --no-passphrase
	mode w2.key 600
	ok key enrol w.key --body b -o w.e1
	ok key enrol w2.key --body b -o w.e2
	holds 'other keys' test "$(key_of 5 <w.e1)" = "$(key_of 5 <w.e2)"
	tr 'a-z-' 'A-Z ' <w.code >w.shouted
	ok key restore -o w3.key $series --code-file w.shouted --no-passphrase
	expect 0 "$U" key restore -o w4.key $series --code-file - --no-passphrase <w.code
	ok key restore -o a3.key $series --code-file code3 --no-passphrase
	ok key show a3.key
	out_has 'edition 3'

case_ 'one wrong character or two swapped neighbours are named, and corrected when asked'
	sed 's/^\(......\)\(.\)/\1%\2/; s/%a/b/; s/%./a/' w.code >w.slip
	usage key restore -o s.key $series --code-file w.slip --no-passphrase
	err_has 'One character seems wrong: number 6 (place 2 of group 2)'
	absent s.key
	ok key restore -o s.key $series --code-file w.slip --no-passphrase --yes
	ok key enrol s.key --body b
	holds 'other keys' test "$(key_of 2 <"$OUT")" = "$(key_of 2 <w.e1)"
	python3 - <<-'P'
		c = open("w.code").read()
		i = next(i for i in range(48) if c[i] != c[i + 1] and "-" not in c[i:i + 2])
		open("w.swap", "w").write(c[:i] + c[i + 1] + c[i] + c[i + 2:])
		flip = {"a": "b"}
		open("w.two", "w").write(flip.get(c[0], "a") + c[1:10] + flip.get(c[10], "a") + c[11:])
	P
	usage key restore -o t.key $series --code-file w.swap --no-passphrase
	err_has 'Two neighbours'
	usage key restore -o t.key $series --code-file w.two --no-passphrase --yes
	err_has 'more than one character'
	sed 's/^./0/' w.code >w.zero
	usage key restore -o t.key $series --code-file w.zero --no-passphrase
	err_has 'One character seems wrong: number 1 (place 1 of group 1) reads "0"'
	ok key restore -o z.key $series --code-file w.zero --no-passphrase --yes
	sed 's/^../01/' w.code >w.zeros
	usage key restore -o t.key $series --code-file w.zeros --no-passphrase --yes
	err_has 'not a written code'
	head -c 30 w.code >w.short
	usage key restore -o t.key $series --code-file w.short --no-passphrase --yes
	err_has 'not a written code'
	usage key restore -o t.key $series --no-passphrase
	err_has '--code-file'
	absent t.key

case_ 'what is no key file is said to be none'
	head -c 207 w.key >cut.key
	{ cat w.key; echo; } >long.key
	head -c 208 /dev/zero >zero.key
	: >empty.key
	for f in cut.key long.key zero.key empty.key; do
		usage key show $f
		err_has "$f: not an undersigned key file"
	done
	usage key show nowhere.key
	usage key show .
	usage key show /dev/zero
	{ head -c 150 w.key; head -c 151 w.key | tail -c 1 | LC_ALL=C tr '\000-\377' '\001-\377\000'; tail -c 57 w.key; } >altered.key
	usage key show altered.key
	err_has 'altered'

case_ 'authorities have keys of their own'
	ok authority new -o reg.key --no-passphrase
	mode reg.key 600
	holds 'no public key' grep -q -x -E '[A-Za-z0-9_-]{43}' "$OUT"
	cp "$OUT" reg.public
	ok authority show reg.key
	same "$OUT" reg.public
	ok authority show reg.key --json
	json 'len(j["key"]) == 43 and len(j["short"]) == 29'
	usage authority show w.key
	err_has "a member's key"
	usage key show reg.key
	err_has "not a member's"
	usage key enrol reg.key --body b
	usage key advance reg.key --to 2 --yes

case_ 'passphrases are asked for twice, unseen, until both are the same'
	expect 0 terminal 'New passphrase for t.key: ' 'swordfish swordfish' 'The same again: ' 'swordfish' 'New passphrase' 'horse and battery' \
		'The same again: ' 'horse and battery' -- "$U" key new -o t.key $series
	out_has_not swordfish
	out_has_not battery
	out_has 'two different ones'
	out_line 'echo on'
	printf 'horse and battery' >t.pass
	ok key show t.key --passphrase-file t.pass

case_ 'three tries at a terminal'
	expect 0 terminal 'Passphrase of t.key: ' wrong 'Passphrase of t.key: ' 'horse and battery' -- "$U" key show t.key
	out_has 'edition 1'
	expect 2 terminal 'Passphrase' 1 'Passphrase' 2 'Passphrase' 3 -- "$U" key show t.key
	out_has 'wrong passphrase'

case_ 'an interrupt at the prompt: exit 130, echo on again, nothing written'
	expect 130 terminal 'New passphrase' '^C' -- "$U" key new -o i.key $series
	out_line 'echo on'
	absent i.key
	expect 130 terminal 'New passphrase' 'first' 'The same again' '^C' -- "$U" key new -o i.key $series
	out_line 'echo on'
	expect 130 terminal 'Passphrase of t.key' '^\' -- "$U" key show t.key
	out_line 'echo on'
	expect 130 terminal 'Passphrase of t.key' '^D' -- "$U" key show t.key
	out_line 'echo on'
	absent i.key
	cp t.key before
	expect 130 terminal 'Passphrase' 'horse and battery' 'Is its last day over? [y/n]' '^C' -- "$U" key advance t.key --to 2
	same t.key before

case_ 'advance asks, and takes no for an answer'
	expect 1 terminal 'Passphrase' 'horse and battery' '[y/n]' n -- "$U" key advance t.key --to 2
	same t.key before
	expect 0 terminal 'Passphrase' 'horse and battery' '[y/n]' y -- "$U" key advance t.key --to 2
	out_has 'edition 2'
	ok key show t.key --passphrase-file t.pass
	out_has 'edition 2'

case_ 'a slip in a typed code is offered corrected'
	expect 2 terminal 'Written code: ' "$(cat w.slip)" 'Go on with that?' n -- "$U" key restore -o u.key $series --no-passphrase
	absent u.key
	expect 0 terminal 'Written code: ' "$(cat w.slip)" 'Go on with that?' y -- "$U" key restore -o u.key $series --no-passphrase
	present u.key

case_ 'signals end a wait for input'
	mkfifo silent
	# the fifo has a writer that says nothing; the reader is there once the shell could open it
	"$U" key show a.key --passphrase-file silent >"$OUT" 2>"$ERR" &
	pid=$!
	exec 9>silent
	kill -TERM $pid
	wait $pid
	holds 'not 130' test $? = 130
	exec 9>&-

case_ 'closed and full outputs are noticed'
	expect 2 sh -c '"$0" key enrol w.key --body b >/dev/full' "$U"
	err_has 'No space left'
	expect 2 sh -c '"$0" key show w.key >/dev/full' "$U"
	err_has 'No space left'
	expect 2 sh -c '"$0" key show w.key >&-' "$U"
	expect 2 python3 -c 'import os, subprocess, sys
r, w = os.pipe()
os.close(r)
sys.exit(subprocess.run(sys.argv[1:], stdout=w).returncode)' "$U" key show w.key
	expect 0 sh -c '"$0" key new -o closed.key --series staff --no-passphrase 2>&- >&- <&-' "$U"
	ok key show closed.key

case_ 'help teaches, and guesses what was meant'
	expect 0 "$U"
	out_has 'undersigned verify our.letter'
	ok --help
	out_has 'key advance'
	ok help key new
	out_has '--show-code'
	ok key new --help
	out_has '--show-code'
	ok --version
	out_has 'undersigned 0'
	usage key nwe
	err_has 'key new'
	usage verfy
	err_has 'Did you mean `undersigned verify`?'
	usage book
	err_has 'book what? One of:'
	err_has 'book issue'
	usage nonsense
	err_has '--help'
	usage key
	err_has '  key enrol  '
	usage key show
	err_has 'an argument is missing'
	usage key show a b
	err_has 'one argument too many'
	usage key show w.key --wrong
	err_has '--wrong'
	usage key new -o
	err_has 'needs a value'
	usage key new -o 1 -o 2
	err_has 'twice'

case_ 'nothing is left behind'
	holds 'a temporary file' test -z "$(ls -A | grep '^\.')"
done_testing
