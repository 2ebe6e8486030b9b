package normal

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
)

func TestTextDamageIsRepaired(t *testing.T) {
	for sent, want := range map[string]string{
		// UTF-8 read as Windows-1252 or Latin-1, once and twice
		"JosÃ©": "José", "MÃ¼ller": "Müller", "SchrÃ¶der": "Schröder", "GarcÃ\u00ada": "García", "GarcÃa": "García", "ZoÃ«": "Zoë", "JosÃ© MuÃ±oz": "José Muñoz",
		"JosÃƒÂ©": "José", "MÃƒÂ¼ller": "Müller", "Oâ€™Brien": "O’Brien", "Oâ\u0080\u0099Brien": "O’Brien", "OÃ¢â‚¬â„¢Brien": "O’Brien",
		"Å\u00a0koda": "Škoda", "Å koda": "Å koda",
		"Ã\u0081lvarez": "Álvarez", "Ã\u0089mile": "Émile", "Ã‰mile": "Émile", "NUÃ‘EZ": "NUÑEZ", "Ã–zgÃ¼r": "Özgür", "AyÅŸe": "Ayşe",
		"WaÅ‚Ä™sa": "Wałęsa", "Î“Î¹ÏŽÏ\u0081Î³Î¿Ï‚": "Γιώργος",
		"ÐŸÐµÑ‚Ñ€": "Петр", "voilÃ\u00a0": "voilà", "ACMEÂ®": "ACME®", "Acmeâ„¢": "Acme™", "Director â€“ Sales": "Director – Sales",
		"Nguyá»…n": "Nguyễn", "Johnâ€™s": "John’s",
		"æ\u009d\u008e": "李", "Jane ðŸ˜€": "Jane 😀", "José GarcÃ\u00ada": "José García", "JoseÌ\u0081": "José", "Ä°brahim": "İbrahim",
		"StraÃŸe": "Straße", "AcmeÂ Inc": "Acme Inc", "Acme Â Inc": "Acme Inc", "â€œAcme Incâ€": "Acme Inc",
		// by the Mac and by DOS
		"Jos√©": "José", "M√ºller": "Müller", "O‚ÄôBrien": "O’Brien", "Jos├®": "José", "M├╝ller": "Müller",
		// entities and escapes
		"Tom &amp; Ann": "Tom & Ann", "O&#39;Neill": "O'Neill", "O&amp;#39;Neill": "O'Neill", "O&amp;amp;#39;Neill": "O'Neill",
		"Jos&eacute;": "José", "Jos&#233;": "José", "Jos&#xE9;": "José",
		"<b>Acme</b>": "Acme", "Director<br/>Sales": "Director Sales", "&lt;p&gt;CEO&lt;/p&gt;": "CEO", "a < b": "a < b", "<x>": "<x>",
		"Smith &amp Sons": "Smith & Sons", "&quot;Acme&quot;": "Acme", "Jos&Atilde;&copy;": "José", "O&rsquo;Brien": "O’Brien",
		"O&#146;Brien": "O’Brien", "A&nbsp;B": "A B", "Jos\\u00e9": "José", "O\\'Brien": "O'Brien", "Sales\\/Marketing": "Sales/Marketing",
		"Jane%20Doe": "Jane Doe", "Jos%C3%A9": "José",
		// letters in a style of their own
		"Ｊａｎｅ": "Jane", "Ｊａｎｅ　Ｄｏｅ": "Jane Doe", "Ｊａｎｅ－Ａｎｎ": "Jane-Ann", "株式会社ＡＢＣ１２": "株式会社ABC12", "（株）アクメ": "（株）アクメ", "ｱｸﾒ": "アクメ",
		"𝗝𝗮𝗻𝗲": "Jane", "𝐉𝐚𝐧𝐞 𝐃𝐨𝐞": "Jane Doe", "𝒥𝒶𝓃ℯ": "Jane", "Ⓙⓐⓝⓔ": "Jane", "🄹🄰🄽🄴": "JANE", "🅙🅐🅝🅔": "JANE", "Griﬃn": "Griffin",
		"ᴊᴀɴᴇ": "JANE", "ʲᵃⁿᵉ": "jane", "Mᶜ Coy": "Mc Coy", "Henry Ⅷ": "Henry VIII", "Jane\ufe0f": "Jane", "1️⃣ Jane": "1️⃣ Jane",
		"❤️ Jane": "❤️ Jane", "ℂ𝔼𝕆": "CEO",
		// joiners
		"Ja\u200dne": "Jane", "Ja\u200cne": "Jane", "\u200dJane": "Jane", "Jane\u200d Doe": "Jane Doe", "می\u200cخواهم": "می\u200cخواهم",
		"क्\u200dष": "क्\u200dष", "👩\u200d💻": "👩\u200d💻", "👩\u200d💻 Jane": "👩\u200d💻 Jane",
		// quotes around the whole
		`"Acme, Inc."`: "Acme, Inc.", `="Acme"`: "Acme", `""Acme""`: "Acme", `"The ""Best"" Co"`: `The "Best" Co`, "“Acme”": "Acme",
		"„Acme“": "Acme", "'Jane'": "Jane", `"Osk" Prue`: `"Osk" Prue`, `"Big" and "Small"`: `"Big" and "Small"`,
	} {
		got, _ := Repair(sent)
		require.Equal(t, want, got, "%q", sent)
		again, repaired := Repair(got)
		require.Equal(t, want, again)
		require.False(t, repaired)
	}
}

func TestWhatIsNoDamageStays(t *testing.T) {
	for _, s := range []string{
		"Jane Doe", "JOÃO", "João", "São Paulo", "SÃO PAULO", "Ângela", "ÂNGELA", "MÃE", "IRMÃ", "CÂMARA", "NESTLÉ®", "CAFÉ™", "CAFÉ®",
		"L’ORÉAL", "l’école d’été", "l’île-d’été", "«École» d’été", "“Été” là",
		"MÜLLER", "Ørsted", "Åse Öberg", "Ðorđe", "Łódź", "MAÎTRE", "Ñandú", "Škoda", "Čapek", "Γιώργος", "Петр", "李小龍", "Đặng", "Ünal",
		"İbrahim", "ÇELİK", "Ærø", "Þór", "Nuñez", "ÄÖÜ", "5° Nord", "½ Price", "Å", "Ã", "Â",
		"AT&T", "R&D", "A&#1 Roofing", "Barnes & Noble", "Q&A; more", "100% Cotton", "50%25 off now", "AC\\DC", "O'Brien", "D'Arcy 'n' Co",
		"E*TRADE", "Yahoo!", "(株) Acme", "Jane \"JD\" Doe", "™", "Acme® ™", "①", "🇺🇸", "🅿️", "🆎", "m² a", "ª º",
	} {
		got, repaired := Repair(s)
		require.Equal(t, s, got)
		require.False(t, repaired, s)
	}
}

// TestEveryLatinNameSurvivesMisreading misreads names as programs do, and wants them back.
func TestEveryLatinNameSurvivesMisreading(t *testing.T) {
	for _, name := range []string{"José", "Muñoz", "Zoë", "Müller", "Strauß", "Ångström", "Øyvind", "Çelik", "Şahin", "Ağaoğlu", "Čapek", "Dvořák", "Łukasz", "Żółć", "Kőrösi", "Ștefan", "Țepeș", "Nguyễn", "Đặng", "O’Brien",
		"Ómarsdóttir", "Þórður", "Æsa", "Élodie", "Ñico", "Ürgen", "Ürün", "Ērika", "Jānis", "Šarūnas", "Žižek", "Ğ", "Петр", "Γιώργος", "Ірина", "יוסף", "محمد", "山田", "김철수"} {
		misread := ""
		for _, b := range []byte(name) {
			r := charmap.Windows1252.DecodeByte(b)
			if r == utf8.RuneError {
				r = rune(b)
			}
			misread += string(r)
		}
		got, repaired := Repair(misread)
		require.Equal(t, name, got, "%q", misread)
		require.True(t, repaired)
	}
}

func FuzzRepair(f *testing.F) {
	for _, s := range []string{"JosÃƒÂ©", "&Atilde;&copy;", "\\u00c3\\u00a9", "%C3%A9", "\"\"a\"\"", "＆amp;", "Ã\u00ad", "𝗝\u200d𝗮", "=\"'x'\"", "ｱﾞ", "ﬃ", "ÃÂÃÂ", "a\\\\u0041"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			t.Skip("payloads are valid UTF-8")
		}
		once, _ := Repair(s)
		twice, repaired := Repair(once)
		require.Equal(t, once, twice, "from %q", s)
		require.False(t, repaired)
		require.Equal(t, once, Text(once), "from %q", s)
	})
}
