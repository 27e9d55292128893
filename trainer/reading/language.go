package reading

import "strings"

var englishWords = wordSet(`the a an and or but of to in on at for with from by about as if is are was were be been am do does did not no yes have has had
will would can could should may might must i you he she it we they me him her us them my your his its our their this that these those what who how why when where which
there here so just like then than too very really all some any one two now out up down off over get got go going know think want need say said tell told okay yeah right well
because though still only more much many time day work okay hey hi thanks sorry please oh good bad see come back make people something nothing everything never always`)

var foreignWords = wordSet(`que de el los todos días jefe puedo mi mis soy eso esto nada todo pero hasta las por para con una del está estoy como muy tu nos sus cuando donde porque también hay
le les des est pas vous nous ils elle dans pour avec sur mais je mon ce qui une du et au
der die das und ich nicht ist sie wir mit ein eine auf für aber auch von zu dem den wie was
il di che non sono per un della questo anche
nie się jest na że jak co tak ale
och att det som jag inte är på
en het van een niet dat ik met zijn voor
não você uma isso mas eu ele ela
bir ve bu için ama değil
ako ang mga sa ng hindi ay
yang dan tidak saya untuk`)

var sharedWords = wordSet("no me so do on in a is was am an or as at her him all we be will also man come")

func wordSet(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// foreign tells whether the turn is in a language that the reader does not
// know. A few words of another language within English do not count.
func (d *doc) foreign() bool {
	if d.letters >= 4 && d.latin*2 < d.letters {
		return true
	}
	english, other, shared, n := 0, 0, 0, 0
	for i := range d.tokens {
		t := &d.tokens[i]
		if t.word[0] == '0' {
			continue
		}
		n++
		e, f := t.is(isSmall), t.is(isForeign)
		if t.is(isShared) {
			shared++
		}
		if e && !f {
			english++
		}
		if f && !e {
			other++
		}
	}
	if n < 3 {
		return false
	}
	// words that both languages have, such as "no" and "me", say nothing by themselves
	english -= shared
	return other >= 2 && other > 2*english || n >= 4 && other >= 1 && english == 0 && other*4 >= n
}
