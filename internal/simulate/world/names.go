package world

// GivenName is a first name and the short form that some vendors know instead.
type GivenName struct{ Full, Short string }

var womenNames = []GivenName{
	{"Abigail", "Abby"}, {"Aisha", ""}, {"Alexandra", "Alex"}, {"Amélie", ""}, {"Ana", ""}, {"Angela", "Angie"}, {"Anneliese", ""},
	{"Barbara", "Barb"}, {"Beatriz", "Bea"}, {"Bridget", ""}, {"Carmen", ""}, {"Caroline", "Carrie"}, {"Catherine", "Kate"}, {"Chiara", ""},
	{"Chloé", ""}, {"Christina", "Tina"}, {"Daniela", "Dani"}, {"Deborah", "Debbie"}, {"Eleanor", "Nell"}, {"Elizabeth", "Liz"},
	{"Emily", "Em"}, {"Fatima", ""}, {"Françoise", ""}, {"Gabriela", "Gabi"}, {"Grace", ""}, {"Hannah", ""}, {"Ingrid", ""},
	{"Isabel", "Izzy"}, {"Jacqueline", "Jackie"}, {"Jennifer", "Jen"}, {"Jessica", "Jess"}, {"Josephine", "Jo"}, {"Katarzyna", "Kasia"},
	{"Kimberly", "Kim"}, {"Lakshmi", ""}, {"Laura", ""}, {"Leila", ""}, {"Lucía", ""}, {"Madeleine", "Maddie"}, {"Margaret", "Peggy"},
	{"María José", ""}, {"Mei", ""}, {"Michelle", "Shelly"}, {"Nadia", ""}, {"Natalie", "Nat"}, {"Olivia", "Liv"}, {"Patricia", "Pat"},
	{"Priya", ""}, {"Rebecca", "Becky"}, {"Renée", ""}, {"Samantha", "Sam"}, {"Siobhán", ""}, {"Sofía", ""}, {"Susan", "Sue"},
	{"Theresa", "Terri"}, {"Valentina", "Val"}, {"Victoria", "Vicky"}, {"Yasmin", ""}, {"Yuki", ""}, {"Zoë", ""},
}

var menNames = []GivenName{
	{"Alejandro", "Alex"}, {"Andrew", "Andy"}, {"André", ""}, {"Anthony", "Tony"}, {"Arjun", ""}, {"Benjamin", "Ben"}, {"Björn", ""},
	{"Carlos", ""}, {"Charles", "Chuck"}, {"Christopher", "Chris"}, {"Cormac", ""}, {"Daniel", "Dan"}, {"David", "Dave"}, {"Dmitri", ""},
	{"Donald", "Don"}, {"Edward", "Ted"}, {"Emeka", ""}, {"Frederick", "Fred"}, {"Gregory", "Greg"}, {"Hiroshi", ""}, {"Ibrahim", ""},
	{"James", "Jim"}, {"Jean-Luc", ""}, {"Jeffrey", "Jeff"}, {"Jérôme", ""}, {"Jesús", ""}, {"John", "Jack"}, {"Jonathan", "Jon"},
	{"José", "Pepe"}, {"Joseph", "Joe"}, {"Kenneth", "Ken"}, {"Kwame", ""}, {"Lars", ""}, {"Lawrence", "Larry"}, {"Lukas", ""},
	{"Marcus", ""}, {"Matthew", "Matt"}, {"Michael", "Mike"}, {"Nicholas", "Nick"}, {"Nikolai", ""}, {"Oluwaseun", "Seun"}, {"Omar", ""},
	{"Patrick", "Pat"}, {"Peter", "Pete"}, {"Philip", "Phil"}, {"Rafael", "Rafa"}, {"Rajesh", "Raj"}, {"Richard", "Rick"}, {"Robert", "Bob"},
	{"Samuel", "Sam"}, {"Sebastián", "Seb"}, {"Sean", ""}, {"Stephen", "Steve"}, {"Søren", ""}, {"Thomas", "Tom"}, {"Timothy", "Tim"},
	{"Vikram", ""}, {"Walter", "Walt"}, {"William", "Bill"}, {"Zbigniew", "Zbyszek"},
}

// surnames must stay longer than a company has people: colleagues then differ
// in surname, and so in address (see universe.surname).
var surnames = []string{
	"Abbott", "Adeyemi", "Ahmed", "Alvarez", "Andersson", "Armstrong", "Baptiste", "Barrett", "Becker", "Bennett", "Bianchi", "Bishop",
	"Blackwood", "Boateng", "Brennan", "Brooks", "Calloway", "Campbell", "Castellano", "Castillo", "Chandrasekhar", "Chen", "Cho",
	"Christensen", "Clarke", "Coleman", "Cruz", "D'Angelo", "D'Souza", "da Silva", "Dalton", "Davenport", "de la Cruz", "Delgado", "Diaz",
	"Dubois", "Eriksen", "Espinoza", "Farrell", "Fernández", "Fischer", "Fitzgerald", "Fontaine", "Foster", "Fraser", "Fujimoto",
	"Gallagher", "García-López", "Gómez", "Grant", "Greenwood", "Gupta", "Haddad", "Hammond", "Hansen", "Hargreaves", "Hartley", "Hassan",
	"Hayashi", "Henderson", "Hernández", "Hoffmann", "Holloway", "Ibarra", "Ivanova", "Iyer", "Jackson", "Jankowski", "Jensen", "Jiménez",
	"Johansson", "Kapoor", "Katz", "Kaur", "Keller", "Khan", "Kimura", "Kowalczyk", "Kowalski", "Krause", "Kumar", "Lachance", "Larsson",
	"Lefebvre", "Lindqvist", "Lockhart", "Lombardi", "Lopes", "MacGregor", "MacLeod", "Mahoney", "Marchetti", "Martínez", "Matsumoto",
	"Mbeki", "McCarthy", "McDonald", "McKenzie", "Mehta", "Mendoza", "Moreau", "Morgan", "Müller", "Murphy", "Nakamura", "Navarro", "Nguyen",
	"Nielsen", "Novák", "Núñez", "O'Brien", "O'Connor", "O'Neill", "O'Sullivan", "Okafor", "Okonkwo", "Olsen", "Ortega", "Owusu", "Palmer",
	"Papadopoulos", "Park", "Patel", "Pereira", "Petrov", "Pham", "Quinn", "Ramírez", "Rasmussen", "Reyes", "Reynolds", "Rinaldi", "Rossi",
	"Rousseau", "Ryan", "Saint-Clair", "Salazar", "Santos", "Sato", "Schmidt", "Schröder", "Sharma", "Silva", "Singh", "Smith-Jones",
	"Sørensen", "Stewart", "Sullivan", "Suzuki", "Takahashi", "Tanaka", "Thibault", "Thornton", "Torres", "Tran", "Underwood",
	"van den Berg", "van Dijk", "Vargas", "Vasquez", "Vaughn", "Vega", "von Braun", "Wagner", "Walsh", "Weber", "Whitaker", "Williams",
	"Winslow", "Wójcik", "Wong", "Yamamoto", "Yilmaz", "Young", "Zamora", "Zhang", "Zieliński", "Zimmermann",
}

// Place is a home town with the area code of its telephone numbers.
type Place struct {
	City, State, Code, ZIP, AreaCode, DMA string
}

// Places are the home towns, which are those of companies, too.
var Places = []Place{
	{"New York", "New York", "NY", "10001", "212", "New York"}, {"Brooklyn", "New York", "NY", "11201", "718", "New York"},
	{"Buffalo", "New York", "NY", "14201", "716", "Buffalo"}, {"Boston", "Massachusetts", "MA", "02108", "617", "Boston"},
	{"Worcester", "Massachusetts", "MA", "01602", "508", "Boston"},
	{"Providence", "Rhode Island", "RI", "02903", "401", "Providence - New Bedford"},
	{"Hartford", "Connecticut", "CT", "06103", "860", "Hartford & New Haven"}, {"Newark", "New Jersey", "NJ", "07102", "973", "New York"},
	{"Jersey City", "New Jersey", "NJ", "07302", "201", "New York"}, {"Portland", "Maine", "ME", "04101", "207", "Portland-Auburn"},
	{"Burlington", "Vermont", "VT", "05401", "802", "Burlington - Plattsburgh"},
	{"Manchester", "New Hampshire", "NH", "03101", "603", "Boston"}, {"Philadelphia", "Pennsylvania", "PA", "19103", "215", "Philadelphia"},
	{"Pittsburgh", "Pennsylvania", "PA", "15222", "412", "Pittsburgh"},
	{"Washington", "District of Columbia", "DC", "20001", "202", "Washington DC"},
	{"Baltimore", "Maryland", "MD", "21202", "410", "Baltimore"}, {"Richmond", "Virginia", "VA", "23219", "804", "Richmond - Petersburg"},
	{"Norfolk", "Virginia", "VA", "23510", "757", "Norfolk - Portsmouth - Newport News"},
	{"Charlotte", "North Carolina", "NC", "28202", "704", "Charlotte"},
	{"Raleigh", "North Carolina", "NC", "27601", "919", "Raleigh - Durham"}, {"Atlanta", "Georgia", "GA", "30303", "404", "Atlanta"},
	{"Savannah", "Georgia", "GA", "31401", "912", "Savannah"}, {"Miami", "Florida", "FL", "33131", "305", "Miami - Fort Lauderdale"},
	{"Tampa", "Florida", "FL", "33602", "813", "Tampa - St. Petersburg"}, {"Orlando", "Florida", "FL", "32801", "407", "Orlando"},
	{"Nashville", "Tennessee", "TN", "37203", "615", "Nashville"}, {"New Orleans", "Louisiana", "LA", "70112", "504", "New Orleans"},
	{"Birmingham", "Alabama", "AL", "35203", "205", "Birmingham"}, {"Columbus", "Ohio", "OH", "43215", "614", "Columbus"},
	{"Cleveland", "Ohio", "OH", "44114", "216", "Cleveland - Akron"}, {"Detroit", "Michigan", "MI", "48226", "313", "Detroit"},
	{"Chicago", "Illinois", "IL", "60601", "312", "Chicago"}, {"Indianapolis", "Indiana", "IN", "46204", "317", "Indianapolis"},
	{"Milwaukee", "Wisconsin", "WI", "53202", "414", "Milwaukee"},
	{"Minneapolis", "Minnesota", "MN", "55401", "612", "Minneapolis - St. Paul"},
	{"St. Louis", "Missouri", "MO", "63101", "314", "St. Louis"}, {"Kansas City", "Missouri", "MO", "64105", "816", "Kansas City"},
	{"Omaha", "Nebraska", "NE", "68102", "402", "Omaha"}, {"Dallas", "Texas", "TX", "75201", "214", "Dallas - Ft. Worth"},
	{"Houston", "Texas", "TX", "77002", "713", "Houston"}, {"Austin", "Texas", "TX", "78701", "512", "Austin"},
	{"San Antonio", "Texas", "TX", "78205", "210", "San Antonio"}, {"Denver", "Colorado", "CO", "80202", "303", "Denver"},
	{"Boulder", "Colorado", "CO", "80302", "720", "Denver"}, {"Salt Lake City", "Utah", "UT", "84101", "801", "Salt Lake City"},
	{"Phoenix", "Arizona", "AZ", "85004", "602", "Phoenix"}, {"Las Vegas", "Nevada", "NV", "89101", "702", "Las Vegas"},
	{"Albuquerque", "New Mexico", "NM", "87102", "505", "Albuquerque - Santa Fe"},
	{"Los Angeles", "California", "CA", "90012", "213", "Los Angeles"}, {"San Diego", "California", "CA", "92101", "619", "San Diego"},
	{"San Francisco", "California", "CA", "94103", "415", "San Francisco - Oakland - San Jose"},
	{"San José", "California", "CA", "95113", "408", "San Francisco - Oakland - San Jose"},
	{"Sacramento", "California", "CA", "95814", "916", "Sacramento"}, {"Portland", "Oregon", "OR", "97204", "503", "Portland"},
	{"Seattle", "Washington", "WA", "98101", "206", "Seattle - Tacoma"}, {"Spokane", "Washington", "WA", "99201", "509", "Spokane"},
	{"Boise", "Idaho", "ID", "83702", "208", "Boise"}, {"Honolulu", "Hawaii", "HI", "96813", "808", "Honolulu"},
	{"Anchorage", "Alaska", "AK", "99501", "907", "Anchorage"}, {"San Juan", "Puerto Rico", "PR", "00901", "787", "Puerto Rico"},
}

// Streets are street names without a number.
var Streets = []string{"Maple Ave", "Oak St", "Harbor Rd", "Lakeview Dr", "Mill Ln", "Sunset Blvd", "Church St", "Orchard Way",
	"Prospect Pl", "Cedar Ct", "Juniper Ter", "Railroad Ave"}

var freeMail = []string{"gmail.com", "gmail.com", "gmail.com", "yahoo.com", "outlook.com", "hotmail.com", "icloud.com",
	"aol.com", "comcast.net", "proton.me"}
