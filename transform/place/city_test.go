package place

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCitiesAreCasedAsTheirPostWritesThem(t *testing.T) {
	for sent, want := range map[string]string{
		"boston": "Boston", "SALT LAKE CITY": "Salt Lake City", "McLean": "McLean", "MCLEAN": "McLean", "O'FALLON": "O'Fallon", "ST. LOUIS": "St. Louis", "MT. PLEASANT": "Mt. Pleasant",
		"COEUR D'ALENE": "Coeur d'Alene", "D'IBERVILLE": "D'Iberville", "VAL-D'OR": "Val-d'Or", "VILLENEUVE-D'ASCQ": "Villeneuve-d'Ascq", "L'AQUILA": "L'Aquila",
		"L'HAŸ-LES-ROSES": "L'Haÿ-les-Roses", "REGGIO NELL'EMILIA": "Reggio nell'Emilia", "SANT'ANGELO": "Sant'Angelo", "N'DJAMENA": "N'Djamena", "XI'AN": "Xi'an",
		"LEE'S SUMMIT": "Lee's Summit", "MARTHA’S VINEYARD": "Martha’s Vineyard", "'S-HERTOGENBOSCH": "'s-Hertogenbosch", "'EWA BEACH": "'Ewa Beach",
		"TRUTH OR CONSEQUENCES": "Truth or Consequences", "KING OF PRUSSIA": "King of Prussia", "LAKE IN THE HILLS": "Lake in the Hills", "CARMEL-BY-THE-SEA": "Carmel-by-the-Sea",
		"STOKE-ON-TRENT": "Stoke-on-Trent", "NEWCASTLE UPON TYNE": "Newcastle upon Tyne", "FOND DU LAC": "Fond du Lac", "DES MOINES": "Des Moines", "WEST DES MOINES": "West Des Moines",
		"LA CROSSE": "La Crosse", "EAST LA MIRADA": "East La Mirada", "DE SOTO": "De Soto", "LAS VEGAS": "Las Vegas", "NORTH LAS VEGAS": "North Las Vegas", "LOS ANGELES": "Los Angeles",
		"SAN JUAN DE LOS LAGOS": "San Juan de los Lagos", "RIO DE JANEIRO": "Rio de Janeiro", "SÃO PAULO": "São Paulo", "SAINT-JEAN-SUR-RICHELIEU": "Saint-Jean-sur-Richelieu",
		"NOISY-LE-GRAND": "Noisy-le-Grand", "AIX-EN-PROVENCE": "Aix-en-Provence", "FRANKFURT AM MAIN": "Frankfurt am Main", "ROTHENBURG OB DER TAUBER": "Rothenburg ob der Tauber",
		"HALLE (SAALE)": "Halle (Saale)", "BIEL/BIENNE": "Biel/Bienne", "BERGEN OP ZOOM": "Bergen op Zoom", "ALPHEN AAN DEN RIJN": "Alphen aan den Rijn", "ÚSTÍ NAD LABEM": "Ústí nad Labem",
		"MO I RANA": "Mo i Rana", "İSTANBUL": "İstanbul", "ISTANBUL": "Istanbul", "MÜNCHEN": "München", "МОСКВА": "Москва", "東京": "東京", "WINSTON-SALEM": "Winston-Salem",
		"WASHINGTON DC": "Washington DC", "NYC": "NYC", "nyc": "NYC", "APO": "APO", "fpo": "FPO", "APO AE": "APO AE", "apo ae 09012": "APO AE 09012", "EGLIN AFB": "Eglin AFB", "LA": "LA",
		"PORTLAND OR": "Portland OR", "PARIS 16E": "Paris 16e", "Boston,": "Boston", "DeKalb": "DeKalb", "Coeur D'Alene": "Coeur D'Alene",
	} {
		got, _ := Normal(sent, "", "", "")
		require.Equal(t, Place{City: want}, got, sent)
		again, _ := Normal(got.City, "", "", "")
		require.Equal(t, got, again, "again")
	}
	for _, c := range []struct{ city, region, country, want string }{
		{"PORTLAND ME", "ME", "", "Portland ME"}, {"IJMUIDEN", "", "NL", "IJmuiden"}, {"IJEBU ODE", "", "NG", "Ijebu Ode"}, {"ÇANKIRI", "", "TR", "Çankırı"},
		{"NIEUWERKERK AAN DEN IJSSEL", "", "NL", "Nieuwerkerk aan den IJssel"}, {"WASHINGTON DC", "DC", "US", "Washington DC"},
	} {
		got, _ := Normal(c.city, c.region, "", c.country)
		require.Equal(t, c.want, got.City)
	}
}

func TestCitiesAreToldFromTheirStateAndCountry(t *testing.T) {
	for _, c := range []struct{ sent, want Place }{
		{Place{"Boston, MA", "", "", ""}, Place{"Boston", "MA", "", "US"}},
		{Place{"BOSTON, MASSACHUSETTS", "", "", ""}, Place{"Boston", "MA", "", "US"}},
		{Place{"Boston, MA", "MA", "", ""}, Place{"Boston", "MA", "", "US"}},
		{Place{"Boston, MA", "NH", "", ""}, Place{"Boston, MA", "NH", "", "US"}},
		{Place{"Boston, MA, USA", "", "", ""}, Place{"Boston", "MA", "", "US"}},
		{Place{"Boston, MA 02134", "", "", ""}, Place{"Boston", "MA", "02134", "US"}},
		{Place{"Boston (MA)", "", "", ""}, Place{"Boston", "MA", "", "US"}},
		{Place{"St. Louis, Mo.", "", "", ""}, Place{"St. Louis", "MO", "", "US"}},
		{Place{"Toronto, Ontario, Canada", "", "", ""}, Place{"Toronto", "ON", "", "CA"}},
		{Place{"Ontario, CA", "", "", ""}, Place{"Ontario", "CA", "", "US"}},
		{Place{"San Juan, Puerto Rico", "", "", ""}, Place{"San Juan", "PR", "", "US"}},
		{Place{"Paris, France", "", "", ""}, Place{"Paris", "", "", "FR"}},
		{Place{"Paris, France", "", "", "DE"}, Place{"Paris, France", "", "", "DE"}},
		{Place{"Paris, TX", "", "", ""}, Place{"Paris", "TX", "", "US"}},
		{Place{"London, England", "", "", ""}, Place{"London", "", "", "GB"}},
		{Place{"Berlin, DE", "", "", ""}, Place{"Berlin", "", "", "DE"}},
		{Place{"Dover, DE", "", "", ""}, Place{"Dover", "DE", "", "US"}},
		{Place{"Mumbai, IN", "", "", ""}, Place{"Mumbai", "", "", "IN"}},
		{Place{"Tbilisi, Georgia", "", "", ""}, Place{"Tbilisi", "", "", "GE"}},
		{Place{"Rome, Georgia", "", "", ""}, Place{"Rome", "GA", "", "US"}},
		{Place{"Perth, WA", "", "", "AU"}, Place{"Perth, WA", "", "", "AU"}},
		{Place{"Winchester, Hants", "", "", ""}, Place{"Winchester, Hants", "", "", ""}},
		{Place{"APO, AE", "", "09012", ""}, Place{"APO", "AE", "09012", "US"}},
	} {
		got, _ := Normal(c.sent.City, c.sent.Region, c.sent.PostalCode, c.sent.Country)
		require.Equal(t, c.want, got, c.sent)
		again, _ := Normal(got.City, got.Region, got.PostalCode, got.Country)
		require.Equal(t, got, again, "again")
	}
}
