#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# library.sh PROGRAM SIGN COUNT: the example programs of doc/example, which use the library alone, and the command work on each other's files
SIGN=$(realpath "$2") COUNT=$(realpath "$3")
. "$(dirname "$0")/lib.sh"
. "$HERE/town.sh"

case_ 'a letter of the town'
holds 'the town cannot be made' town || done_testing
ini >letter.ini
holds 'no letter' letter a
PIN=$("$U" verify --json a.letter | grep -o '"pin":"[^"]*"' | cut -d '"' -f 4)

case_ 'the library signs with the command'"'"'s keys, and the command takes its lines'
expect 0 "$SIGN" a.letter harbour-1.key own
err_has 'On the harbour; and the road'
err_has 'You hide among 6 keys, of whom 0 have signed.'
cp "$OUT" s1
expect 0 "$SIGN" a.letter mint-1.key all
err_has 'You hide among 20 keys, of whom 0 have signed.'
cp "$OUT" s2
ok add a.letter s1
ok add a.letter s2
expect 0 "$COUNT" a.letter
out_has '2 people signed, from 1 bodies; 1 of them name none; 0 withdrew'
expect 1 "$SIGN" a.letter harbour-1.key all
err_has 'this tag has signed already'
out_empty

case_ 'a key under a passphrase'
printf 'six words drawn by lot\n' >words
"$U" key new -o locked.key --series town --edition 1 --passphrase-file words >/dev/null 2>&1
expect 1 "$SIGN" a.letter locked.key own words
err_has 'the key is not in this ring'
printf 'six words drawn by lt\n' >words
expect 1 "$SIGN" a.letter locked.key own words
err_has 'wrong passphrase'
expect 1 "$SIGN" a.letter o1 own
err_has 'the wrong kind of key file'

case_ 'the pin decides whose letter it is'
expect 0 "$COUNT" "$PIN" a.letter
out_has "by registrars of the pin $PIN"
OTHER=$(printf '%s' "$PIN" | tr 'A-Za-z' 'B-ZAb-za' | sed 's/.$/A/')
expect 1 "$COUNT" "$OTHER" a.letter
out_has "a.letter: the roster's registrars are not those of the pin (pin)"
expect 2 "$COUNT" "$PIN"
expect 2 "$COUNT" nowhere.letter a.letter
out_has 'nowhere.letter: No such file'
out_has '2 people signed'

case_ 'what is altered is found at its line'
sed '$ s/"ring":"\*"/"ring":"mint"/' a.letter >b.letter
expect 1 "$COUNT" b.letter a.letter
out_has "b.letter: line $(wc -l <a.letter | tr -d ' '), "
out_has 'a.letter: valid'
head -n 3 a.letter >c.letter
expect 1 "$COUNT" c.letter
out_has 'c.letter: line 4: the keys of the roster above are due here (keys-due)'

done_testing
