package normal

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"contactsync/internal/simulate/world"
)

// roleParts, personParts and nobodys are made up: what functions, people, and nobody
// have before the @.
const (
	roleParts = `info sales support info-uk info.de info_us info1 info2 info01 info-berlin info.london info.new.york info-sao-paulo sales-uk sales.us
		sales_emea sales1 sales2 sales01 1sales sales-1 sales.team sales-team sales_team salesteam salesuk ussales uksales uk-sales emea.sales us_support
		team.support team-sales the.sales.team support-emea support24 24support support.apac supportteam customer_service customer-service
		customer.service customerservice customerservice2 customer_care customer-support customers client-services client.service accounts-payable
		accounts_payable accounts.payable.us accountspayable2 ap accounts accounting accounting-dept hr hr-team hr.dept hr_department hrteam hrdept hr1 hr-uk
		contact+x contact contact-us contact_us contact.us contactus contact-fr noreply no-reply no_reply noreply2 no-reply-uk do-not-reply do_not_reply
		donotreply donotreply1 do.not.reply auto-reply office office.berlin office_paris office-london office1 office-manager officeadmin head-office
		head.office headoffice back.office front-desk frontdesk front_desk reception reception2 reception-london admin admin1 admin2 admin-uk web-admin
		webmaster webmaster2 postmaster web-team web.support it-support it_support it.helpdesk itsupport help-desk helpdesk1 service service-desk
		service.center servicecenter marketing marketing-team marketing.us marketing_emea marketingteam press press-office press_office pr-team media.relations
		public-relations public_relations investor-relations investor_relations human-resources human_resources jobs jobs-uk careers careers.us career
		recruiting recruitment-team recruiting_emea billing billing-us billingdept billing.support invoices invoices-uk invoice2 invoicing credit-control
		credit_control purchasing purchasing.dept orders orders-us orders2 order-desk booking bookings-london reservations reservations2 events events-team
		special.events group-bookings group.sales guest-services data-protection data_protection dpo privacy legal legal-team compliance security
		security-team kontakt kontakt-de ventas ventas1 ventas.mexico ventas-madrid contacto contacto-es vendite vendite-italia buchhaltung buchhaltung.wien
		comptabilite secretaria secretaria2 secretariat.paris service-client service.clients service-commercial atencion.al.cliente atencionalcliente
		recursos.humanos recursos_humanos risorse-umane ressources-humaines ufficio.vendite servizio.clienti segreteria amministrazione administracion
		contabilidad2 compras compras-brasil verkauf verkauf.muenchen vertrieb-sued vertrieb.nord einkauf sekretariat zentrale rechnung rechnungen
		verkoop administratie boekhouding biuro biuro-krakow salg kundeservice asiakaspalvelu newsletter newsletter-de hello hello-uk hello.team
		everyone all-staff all.employees test-team dev-team devops ceo cfo owner president director general.manager export export-sales export_dept
		warehouse logistics logistics-eu shipping shipping-dept dispatch quality quality.control production production-planning parts parts-dept
		parts.department rentals leasing leasing-office membership member-services membership.team library student.services admissions admissions2
		registrar finance finance-team finance_emea payroll payroll-us payments tech-support tech_support technical.support ops operations operations.uk
		studio design research partners partners-emea partnerships wholesale-us retail-support online.sales inside-sales inside_sales field-service
		info.desk infodesk infoline infouk salesde supportit usa-info fr.info be-info noreply-orders noreply.notifications no.reply.us donot-reply mailer-daemon2 contact-france ap.invoices invoices.ap
		web-sales info_de service.kunden sales.support.us events2024 jobs2025 team42 cs-team customer_success_team ar-invoices ar.dept ap-us it-service-desk
		general_manager hr.manager it.manager frontoffice shop.online online-shop sales_apac_2 ventas_lima atencion-clientes admin-hr accounts.receivable.us
		legal-notices channel-partners reseller-support spa-reception main.office office.us us.office london.office ny.office office_ny nyc.sales info.sf
		public-affairs alumni-relations student-affairs credit.dept collections treasury-ops audit-team quality-assurance r&d qa.dept tier1.support`

	personParts = `jane jdoe jane.doe jane_doe jane-doe j.doe janed doe.jane jane1 jane1985 jd jd85 art.sales mark.hall may.office sales.jane grace.info
		paul.press maria.sales ana.sales j.sales csales m.sales sales.m anna.post post.jane will.post emily.post e.post mpost jpress harry.press
		johnny.cash cash.jordan jcash j.cash jordan.cash rosa.parks victoria.post post.austin georgia.post sydney.care j.care tom.price bill.board
		bill.inge bill jobs.steve steve.jobs laurene.jobs s.jobs sjobs robin.staff leslie.data robert.webb web.jane ann.hello jane.hr hr.mueller
		hr.schmidt it.jane pr.jones ar87 ar1987 ap92 cs1990 it24 ir75 hr99 it2001 pr.anna arline caroline adeline madeline pauline geraldine
		desales de.sanctis desalesm lasalle cashin pcashin partsch a.partsch officer o.officer banks.manager j.manager.smith christian.may april.may
		may.june june.west west.jordan north.oliver oliver.north kent.clark clark.kent paris.texas austin.powers dallas.smith charlotte.york
		ireland.jones france.martin india.arie israel.cohen jordan.lee chad.kroeger chelsea.welcome j.welcome welcome.smith ask.jensen hanne.ask
		nocolas dean.martin dean bishop.t b.bishop mayor.m angel.gomez angel alexa.bliss grace.hopper destiny.hope faith.hill hope.lange joy.division
		lab.rat labelle mail.jane gmailer hank.mailer n.mailer norman.mailer jpalmer thomas.shop k.shop sam.adams adam.ant b.adminson helpmann r.helpmann
		teamer j.teamer info.jane jane.info2 supportive.jane support.jane.doe jane.support.doe marketa marketa.irglova marketos marketti billingsley
		billings j.billings bookings.j ordersson orderud d.order alloway all.alba recht.p newsome j.newsome newsom servicio.maria servin webb.james
		webber weberling hostetler hostmann abusaid postma postmann postman pat.postman rootes rooty nobodyson noneman nonette naoko nan nancy nana
		natest testa testino m.testino testerman t.tester1x tester.mann userman namezo namey ella.name exler examplaria demopoulos d.demos demond tempest
		j.tempest temple unknowles fakeman fakir bogusz bogus.law dummond qwertz.a a.b a.bc ab.c xander xaver xxavier maxx alexx foxx jamie.foxx
		an.it am.it al.press jo.post ed.jobs ed.post mo.cash li.news bo.press mario.it s.ales hel.lo p.r.jones a.d.min y.o.u first.w joe.public jane.doe.uk
		jane-uk jane.us uk.jane us-doe jane.london london.jane jane.sales.smith smith.sales hallmark theo.team theodor.mann myra.desk anders.line
		mastersj masters.jane keyes.key key.ashley ashley.key head.murray murray.head pre.fontaine main.jane newman.new young.old open.jane hello.jane mail.jdoe office.jdoe christian.sales jane.marketing marketing.jane hr.jane jobst j.jobst websterj mailand
		salesk hrbek hrdlicka hroberts itskov prdavis apatel csmith qadir spalding spano clint visitor designo supplee partridge parton ordway ordonez payton
		billie carey careyp deskin grouper grouping centerj lineberger newsham boxall hallm storeyj fundi presley boardman bookman booker booker.t legalz
		london.jones austin.jordan jordan.austin sydney.london post.m list.m main.m page.jane sam.sale sale.m welcome.m west.m tech.m web.m jackson.london`

	nobodyAddresses = `j***@gmail.com j**@acme.example ja***oe@acme.example ***@gmail.com *@acme.example j*@acme.example xxxx@x.com xxx@acme.example
		xxxxxx@gmail.com jxxxx@acme.example jane@xxxxx.com j____@gmail.com ---@acme.example _@acme.example redacted@acme.example privacy-protected@acme.example hidden@acme.example
		email.redacted@acme.example redacted-for-privacy@acme.example masked@acme.example removed@acme.example anonymous@acme.example email-protected@acme.example
		noemail@noemail.com noemail@gmail.com no-email@acme.example no_email@acme.example no.email@acme.example noemail1@gmail.com no.email.000@gmail.com
		noemail+17@acme.example nomail@acme.example jane@noemail.com jane@no-email.com jane@nomail.net none@none.com none@gmail.com none@acme.example na@na.com
		na@gmail.com n.a@na.com null@null.com null@acme.example nobody@acme.example noone@acme.example unknown@unknown.com unknown@acme.example
		not.available@acme.example notprovided@acme.example not-provided@acme.example declined@acme.example refused@gmail.com test@test.com test@gmail.com
		test1@acme.example test123@gmail.com test.user@acme.example testing@testing.com jane@test.com tester@acme.example testtest@gmail.com
		email@email.com mail@mail.com abc@abc.com abc@gmail.com abc123@gmail.com xyz@xyz.com foo@bar.com foobar@acme.example a@a.com x@x.com user@domain.com
		jane@domain.com name@company.com jane@yourcompany.com you@yourdomain.com your.name@acme.example yourname@gmail.com first.last@acme.example
		firstname.lastname@acme.example firstname_lastname@acme.example fname.lname@acme.example youremail@acme.example your-email@gmail.com
		email.address@acme.example enter.your.email@acme.example someone@acme.example asdf@asdf.com asdf@gmail.com asdfasdf@acme.example qwerty@qwerty.com
		qwerty@gmail.com 123@123.com 123@gmail.com 12345@acme.example 123456789@gmail.com 000000@gmail.com 1111@acme.example aaa@aaa.com aaaa@gmail.com
		zzz@acme.example blah@blah.com dummy@acme.example fake@fake.com fakeemail@gmail.com invalid@invalid.com placeholder@acme.example no@no.com no@gmail.com
		yes@yes.com me@me.com gmail@gmail.com yahoo@yahoo.com keine@acme.example sin.correo@acme.example pas.d.email@acme.example max.mustermann@acme.example
		undefined@undefined.com undefined@acme.example changeme@acme.example tbd@tbd.com temp@temp.com 0@0.com 11@11.com e@e.com abc@xyz.com me@you.com email@address.com name@email.com n/a@acme.example abc@yahoo.fr
		nobody@nowhere.com donotemail@acme.example your@email.com fakeaddress@gmail.com name.surname@acme.example nome_cognome@acme.example xxx.xxx@acme.example
		j-----@acme.example *jane@acme.example deleted_123@acme.example nix@nix.de kein@email.de qwe@qwe.com 99999@gmail.com`
)

// TestAddressesOfFunctionsAndPeopleAreToldApart has a hundred and more of each kind,
// unlike any in the lists as far as can be.
func TestAddressesOfFunctionsAndPeopleAreToldApart(t *testing.T) {
	for _, local := range strings.Fields(roleParts) {
		assert.True(t, IsRole(local+"@acme.example"), "%s is a function's", local)
	}
	for _, local := range strings.Fields(personParts) {
		assert.False(t, IsRole(local+"@acme.example"), "%s is a person's, not a function's", local)
		assert.False(t, IsPlaceholderAddress(local+"@acme.example"), "%s is a person's, not nobody's", local)
	}
	for _, address := range strings.Fields(nobodyAddresses) {
		assert.True(t, IsPlaceholderAddress(address), "%s is nobody's", address)
		require.True(t, LinksNobody(address))
		_, ok := Email(address)
		require.True(t, ok, "%s can be read", address)
	}
}

// TestNobodysAddressOfAPerson makes the usual addresses of everybody who could live in
// the simulator's world: none is taken for a function's or nobody's.
func TestNobodysAddressOfAPerson(t *testing.T) {
	u := world.Universe{Seed: 1, People: 4000}
	made := 0
	for i := range 4000 {
		p := u.Person(i, 0)
		first, last := plainLetters(p.Given.Full), plainLetters(p.Surname)
		for _, local := range []string{
			first, last, first + "." + last, last + "." + first, first[:1] + last, first + last[:1], first[:1] + "." + last, first + "_" + last, first + "-" + last,
			first + last, last + first[:1], first + "85", last + "1985", first + "." + last + "2", first[:1] + last[:1] + "85",
		} {
			for _, domain := range []string{"acme.example", "gmail.com", last + ".example"} {
				require.False(t, LinksNobody(local+"@"+domain), local)
				made++
			}
		}
	}
	t.Logf("%d addresses of people, none shared", made)
}

func plainLetters(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 'a' || r > 'z' || !unicode.IsLetter(r) {
			return -1
		}
		return r
	}, strings.ToLower(norm.NFD.String(s)))
}

func TestHashOfAPlaceholderIsNone(t *testing.T) {
	for _, address := range []string{"test@test.com", "noemail@noemail.com", "none@none.com", "na@na.com", "noemail@gmail.com"} {
		for _, hash := range []string{SHA256(address), SHA1(address), MD5(address)} {
			_, ok := Hash(hash)
			require.False(t, ok, address)
		}
	}
	for _, address := range []string{"jane@example.com", "a@gmail.com", "info@acme.example"} {
		_, ok := Hash(SHA256(address))
		require.True(t, ok, address)
	}
}

// TestWordListsHoldWordsInTheFormThatIsLookedUp since a word in any other is never found.
func TestWordListsHoldWordsInTheFormThatIsLookedUp(t *testing.T) {
	for word := range noProfile {
		var letters [64]byte
		n := squash(&letters, word)
		require.Equal(t, word, strings.ToLower(string(letters[:n])))
	}
	for word := range qualifiers {
		require.NotZero(t, qualifiers[word], word)
		require.False(t, strings.ContainsAny(word, "._- "), word)
	}
	for word := range noAddress {
		require.NotZero(t, noAddress[word], word)
		require.NotContains(t, word, " ")
	}
	for role := range roles {
		_, ok := Email(role + "@acme.example")
		require.True(t, ok, role)
	}
}

func BenchmarkLinksNobody(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		LinksNobody("person.17@company12.example")
		LinksNobody("robinson.ohara@gmail.com")
	}
}
