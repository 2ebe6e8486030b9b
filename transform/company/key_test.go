package company

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSpellingsOfOneCompanyHaveOneKey(t *testing.T) {
	spellings := 0
	for _, group := range [][]string{
		{"acme", "Acme", "ACME", "Acme, Inc.", "Acme Inc", "ACME INC.", "Acme Incorporated", "Acme Corp.", "Acme Corporation",
			"Acme Co.", "Acme Company", "The Acme Company", "Acme Company, The", "Acme LLC", "Acme L.L.C.", "Acme, LLC.", "Acme Ltd",
			"Acme Limited", "Acme Co., Ltd.", "Acme Company Limited",
			"Acme P.L.C.", "Acme LLP", "Acme L.P.", "Acme Inc. (USA)", "Acme (formerly Foo)", "Acme (f/k/a Foo) Inc",
			"Acme Inc, formerly Foo Ltd", "Acme | We make things", "Acme®", "Acme™ Inc", "“Acme”", "Ａｃｍｅ Ｉｎｃ", "ácmé", "acme pllc",
			"Acme Pty Ltd", "Acme (Pty) Ltd", "Acme Pty. Limited", "Acme P/L.",
			"Acme Pte Ltd", "Acme Pte. Ltd.", "Acme Private Limited", "Acme Pvt. Ltd.", "Acme (Pvt) Ltd", "Acme (P) Ltd.",
			"Acme Sdn Bhd", "Acme Sdn. Bhd.", "Acme K.K.", "Acme Kabushiki Kaisha", "Acme Tbk", "Acme W.L.L.", "Acme FZ-LLC",
			"Acme JSC", "Acme PJSC", "OOO Acme", "OOO \"Acme\"",
			"Acme GmbH", "Acme G.m.b.H.", "Acme GmbH & Co. KG", "Acme GmbH & Co KG", "Acme AG", "Acme AG & Co. KGaA", "Acme KG",
			"Acme SE", "Acme e.K.", "Acme UG (haftungsbeschränkt)", "Acme S.A.", "Acme SA", "Acme S.A.S.", "Acme SAS", "Acme SARL",
			"Acme S.à r.l.", "SARL Acme", "Acme S.p.A.", "Acme SpA", "Acme S.r.l.", "Acme Srl", "Acme B.V.", "Acme BV",
			"Acme N.V.", "Acme BVBA", "Acme AB", "Acme AB (publ)", "Acme A/S", "Acme ApS", "Acme AS", "Acme ASA", "Acme Oy",
			"Acme Oyj", "Acme Oy Ab", "Acme S.L.", "Acme S.L.U.", "Acme Ltda.", "Acme S/A", "Acme S.A. de C.V.",
			"Acme S. de R.L. de C.V.", "Acme Lda", "Acme EIRELI", "Acme Sp. z o.o.", "Acme Sp. z o. o.", "Acme sp. z.o.o.",
			"Acme d.o.o.", "Acme s.r.o.", "Acme, spol. s r.o.", "Acme a.s.", "Acme Kft.", "Acme Zrt.", "Acme A.Ş.",
			"Acme Ltd. Şti.", "Acme OÜ", "Acme UAB", "Acme SIA", "OOO Acme", "Acme OOD", "Acme EAD", "Acme S.R.L.", "Acme U.L.C.",
			"Acme Ltée", "Jane Doe LLC dba Acme", "Jane Doe d/b/a Acme", "株式会社acme", "acme（株）"},
		{"smith and sons", "Smith & Sons", "Smith and Sons", "SMITH&SONS LTD", "Smith + Sons", "Smith  &  Sons, Inc.",
			"Smith und Sons GmbH"},
		{"smith", "Smith & Co.", "Smith & Company", "Smith and Co", "Smith & Cie", "Smith et Cie", "Smith y Cía."},
		{"ibm", "IBM", "I.B.M.", "I B M", "IBM Corp.", "I.B.M. Corporation"},
		{"jp orgen", "J.P. Orgen", "JP Orgen", "J P Orgen", "J. P. Orgen & Co.", "J.P.Orgen"},
		{"a and b", "A&B", "A & B", "A. & B. Ltd", "A and B"},
		{"oreily", "O'Reily", "O’Reily", "Oreily Inc"},
		{"bakers", "Baker's", "Bakers", "Baker’s, LLC"},
		{"cola cola", "Cola-Cola", "Cola Cola", "The Cola-Cola Company"},
		{"muller", "Müller AG", "Muller", "MÜLLER GMBH"},
		{"strasse", "Straße GmbH", "Strasse", "STRASSE"},
		{"acme group", "Acme Group", "Acme Group PLC", "The Acme Group, Inc."},
		{"acme holdings", "Acme Holdings", "Acme Holdings LLC", "Acme Holdings, L.P."},
		{"acme uk", "Acme UK", "Acme (UK) Ltd", "Acme UK Limited"},
		{"アクメ", "アクメ", "株式会社アクメ", "アクメ株式会社", "(株)アクメ", "㈱アクメ", "アクメ 有限会社", "ｱｸﾒ"},
		{"акме", "ООО «Акме»", "Акме", "АКМЕ ООО", "ЗАО \"Акме\""},
		{"阿克梅", "阿克梅有限公司", "阿克梅股份有限公司", "阿克梅"},
		{"acme bank", "Acme Bank, N.A.", "Acme Bank"},
		{"doe law", "Doe Law, P.A.", "Doe Law P.C.", "Doe Law"},
		{"plan b", "Plan B S.A.", "Plan B", "Plan B, Inc."},
	} {
		for _, name := range group {
			assert.Equal(t, group[0], Key(name), name)
			assert.Equal(t, group[0], Key(group[0]))
		}
		spellings += len(group) - 1
	}
	t.Logf("%d spellings", spellings)
}

func TestDifferentCompaniesHaveDifferentKeys(t *testing.T) {
	names := []string{
		"Acme", "Acme Group", "Acme Holdings", "Acme International", "Acme Capital", "Acme Capital Partners", "Acme Bank",
		"Acme Trust", "Acme Foundation", "Acme Ventures", "Acme Software", "Acme Consulting", "Acme & Sons", "Acme Brothers",
		"Acme UK", "Acme of Ohio", "Acme Europe", "Acme 2", "Acme II", "New Acme", "Acme Labs", "Standard Chartered", "Standard",
		"Books Unlimited", "Books", "De Vos", "De", "AO Smith", "UAB Hospital", "Hospital", "PT Solutions", "Solutions", "Me Too",
		"Ice Scoop", "Ice", "Too Faced", "Faced", "Acme Spa", "Serenity Spa", "Serenity", "The Limited", "Co", "SE", "AG",
		"The The", "The Company", "Company of Wolves", "Incorporated Arts", "Limited Edition Prints",
		"Bain", "Bain Capital", "Morgan", "Morgan Stan", "Stan Morgan", "First Bank", "First Bank & Trust", "Bank of Acme",
		"Acme Bank of", "Sales Ops", "Sales", "Applied Sci", "Applied", "Call Me", "Call", "A", "AB", "ABC", "B", "3M", "3", "M",
		"O2", "O", "7 Acres", "1 Acre", "Canal+ Group", "Canal",
		"Smith Jones", "Smith & Jones", "Smith, Jones & Doe", "Kit", "Kits", "Independent Bank", "The Independent", "Freelance Inc",
		"Confidential Records", "Student Loan Co", "Retirement Homes", "Stealth Bikes", "株式会社", "アクメ", "アグメ", "ガス", "カス",
	}
	seen := map[string]string{}
	for _, name := range names {
		key := Key(name)
		assert.NotEmpty(t, key, name)
		assert.Empty(t, seen[key], "%q and %q are %q", seen[key], name, key)
		seen[key] = name
	}
	t.Logf("%d companies", len(seen))
}

func TestWordsThatNameNoCompanyHaveNoKey(t *testing.T) {
	for _, name := range []string{
		"", " ", "-", "...", "N/A", "n.a.", "None", "Self-employed", "Self Employed", "SELF-EMPLOYED", "self employed consultant",
		"Self", "Freelance", "Freelancer", "Freelance Graphic Designer", "Independent", "Independent Consultant", "Independent Contractor",
		"Retired", "Retired Teacher", "Unemployed", "Currently unemployed", "Student", "Various", "Confidential",
		"Confidential Company", "Stealth", "Stealth Startup", "Stealth Mode Startup", "Stealth Mode", "Seeking new opportunities",
		"Looking for work", "Open to work", "Between jobs", "Homemaker",
		"Selbstständig", "selbständig", "Freiberufler", "Freiberuflich tätig", "Rentner", "Im Ruhestand", "Arbeitssuchend",
		"Indépendant", "Auto-entrepreneur", "Retraité", "Sans emploi", "Demandeur d'emploi", "Étudiante", "Autónomo",
		"Por cuenta propia", "Jubilado", "Desempleada",
		"Libero professionista", "In proprio", "Pensionato", "Autônomo", "Conta própria", "Aposentado", "ZZP'er",
		"Zelfstandig ondernemer", "Gepensioneerd", "Egenföretagare", "Selvstændig", "Yrittäjä", "Własna działalność", "Emeryt",
		"Serbest Meslek", "Emekli", "Самозанятый", "Пенсионер", "フリーランス", "自由职业", "프리랜서",
		"(Confidential)", "Private practice", "Company confidential", "TBD", "not applicable", "Unknown",
	} {
		assert.Empty(t, Key(name), name)
	}
}

func TestLegalFormsAreListedAsTheyAreRead(t *testing.T) {
	l := companyWords()
	for _, forms := range []map[string]bool{l.after, l.dotted, l.before, l.none} {
		for form := range forms {
			w := words{}.read(folded(form))
			require.Equal(t, form, string(w.text))
		}
	}
}

func FuzzCompanyKey(f *testing.F) {
	for _, s := range []string{"The Acme Company, Inc. (formerly Foo) | bar", "A & B", "J. P. Orgen", "S.A. de C.V.", "株式会社アクメ",
		"Ａｃｍｅ", "O'Reily's", "The The Co", "dba x dba y", "İı", strings.Repeat("&", 400)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := Key(s)
		require.Equal(t, once, Key(once), "from %q", s)
	})
}
