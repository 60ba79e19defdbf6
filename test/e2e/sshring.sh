#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# sshring.sh: rings of SSH keys that people had published anyway: from ssh-keygen and roster import to a verified letter
. "$(dirname "$0")/lib.sh"
. "$HERE/town.sh"

command -v ssh-keygen >/dev/null || { echo '1..0 # SKIP no ssh-keygen here'; exit 0; }

case_ 'people have SSH keys of all kinds'
for m in harbour-1 harbour-2 harbour-3 harbour-4 mint-1 mint-2 mint-3; do
	expect 0 ssh-keygen -q -t ed25519 -N '' -C "$m@example" -f $m
done
expect 0 ssh-keygen -q -t ed25519 -N 'open sesame' -C mint-4 -f mint-4
expect 0 ssh-keygen -q -t ed25519 -N '' -C stray -f stray
expect 0 ssh-keygen -q -t rsa -b 2048 -N '' -C old -f rsa
expect 0 ssh-keygen -q -t ecdsa -N '' -C curve -f ecdsa
{
	echo '# the harbour'
	cat harbour-1.pub harbour-2.pub rsa.pub
	printf 'no-pty,command="echo hi" '
	cat harbour-3.pub
	cat harbour-4.pub
} >harbour.authorized
# what a forge publishes, a file a user: the first Ed25519 key counts
mkdir forge
cat ecdsa.pub mint-1.pub >forge/ann.keys
cat mint-2.pub stray.pub >forge/bob.keys
cat mint-3.pub >forge/eve.keys
cat mint-4.pub >forge/joe.keys
echo 'sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAICFo/k5LU8863u66YC9eUO2170QduohPURkQnbLa/dczAAAABHNzaDo= token' >forge/zoe.keys
printf '%s\n' harbour,Harbour,5 mint,Mint,6 >bodies.csv

case_ 'roster import: what is left out, and why'
ok roster import --series town --name 'Published keys' --from "$FROM" --until "$UNTIL" --bodies bodies.csv --ssh harbour=harbour.authorized --ssh mint=forge -o ssh.roster
err_has 'RSA'
err_has 'ECDSA'
err_has 'hardware'
err_has 'bob.keys'
ok roster show ssh.roster
out_has '8 keys'
out_has 'edition 0'
holds 'no authorities' authorities
ok cosign ssh.roster --authority r1
ok cosign ssh.roster --authority r2

case_ 'key import: with and without a passphrase; never RSA or ECDSA'
ok key import -o h1.key harbour-1 --no-passphrase
mode h1.key 600
ok key import -o h2.key harbour-2 --no-passphrase
echo 'open sesame' >sesame
echo 'open barley' >barley
usage key import -o m4.key mint-4 --ssh-passphrase-file barley --no-passphrase
absent m4.key
ok key import -o m4.key mint-4 --ssh-passphrase-file sesame --passphrase-file sesame
for kind in rsa ecdsa; do
	"$U" key import -o no.key $kind --no-passphrase </dev/null >"$OUT" 2>"$ERR"
	holds "$kind is taken" test $? -ne 0
	absent no.key
done

case_ 'a letter on them, signed and verified; edition 0 is said before signing and after'
printf 'We ask.\n' >text.md
ini -e 's/^signers = 5/signers = 2/' -e 's/^release = 3/release = 1/' >letter.ini
ok letter new letter.ini --roster ssh.roster -o a.letter --authority o1
ok cosign a.letter --authority o2
ok sign a.letter --key h1.key --ring harbour --yes -o s1
err_has 'edition 0'
err_has 'does not get erased'
ok sign a.letter --key m4.key --ring mint --passphrase-file sesame --yes -o s2
ok sign a.letter --key h2.key --ring '*' --yes -o s3
ok add a.letter s1 s2 s3
ok verify a.letter --json
json 'j["valid"] and j["signers"] == 3 and j["bodies"] == 2 and j["thresholds_met"]'
ok verify a.letter
out_has 'proves nothing about anyone'

case_ 'keys of the other sort do not belong'
ok key new -o chain.key --series town --no-passphrase
refused sign a.letter --key chain.key --yes
err_has 'key import'
ok key import -o h3.key harbour-3 --no-passphrase
ok key import -o stray.key stray --no-passphrase
refused sign a.letter --key stray.key --yes
err_has 'not on this letter'
ok sign a.letter --key h3.key --yes -o s4
usage sign a.letter --key harbour-4 --yes

done_testing
