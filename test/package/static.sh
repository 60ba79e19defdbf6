#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# static.sh PROGRAM: the static binary needs nothing of the machine, gives every sample letter its verdict, and says what it leaves out
set -u
. "$(dirname "$0")/../e2e/lib.sh"

case_ 'no library and no loader are asked for'
expect 0 readelf -lWd "$U"
out_has_not 'NEEDED'
out_has_not 'INTERP'

# alone: in a root folder that holds the program, a letter and nothing else
alone() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin $AS_ROOT chroot "$W/root" /undersigned "$@"; }
AS_ROOT=
[ "$(id -u)" = 0 ] || AS_ROOT='unshare --map-root-user'
mkdir "$W/root"
cp "$U" "$W/root/undersigned"
cp "$HERE/../vectors/letters/valid-life.letter" "$W/root/our.letter"
sed '$s/"proof":"./"proof":"-/' "$HERE/../vectors/letters/valid-plain.letter" >"$W/root/damaged.letter"

case_ 'in an empty root folder it verifies, and shows'
expect 0 alone verify /our.letter
out_has '19 people from 5 bodies signed.'
expect 0 alone show /our.letter
out_has 'Demands'
case_ 'and refuses'
expect 1 alone verify /damaged.letter
expect 2 alone verify /none.letter
case_ 'there it makes keys, and texts in other scripts than Latin come out whole'
expect 0 alone key new -o /me.key --series staff --no-passphrase
expect 0 alone key enrol /me.key --body harbour
expect 0 alone show /our.letter --language fa
holds 'no Persian' grep -q 'ا' "$OUT"

case_ 'every sample letter gets its verdict'
expect 0 sh "$HERE/../e2e/vectors.sh" "$U"
out_has 'ok 1 - every sample letter gets its verdict'

for verb in invite 'letter drop' serve site press push pull submit demo; do
	case_ "it says that it cannot: $verb"
	expect 2 "$U" $verb --help
	err_has 'works on files alone'
	expect 0 "$U" --help
	holds "help does not mark $verb" grep -q "^  $verb  *(not in this build" "$OUT"
done
case_ 'and all else is there'
expect 0 "$U" --help
holds 'more is missing' test "$(grep -c '(not in this build' "$OUT")" = 9

done_testing
