package company

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"contactsync/internal/normal"
	"contactsync/schema"
)

func TestCompanyDomainIsTheRegistrableDomain(t *testing.T) {
	for _, c := range [][2]string{
		{"acme.example", "acme.example"},
		{"www.Acme.example.", "acme.example"},
		{"https://user:pw@shop.acme.co.uk:8443/path?x#y", "acme.co.uk"},
		{"//acme.example/about", "acme.example"},
		{"jane@mail.acme.example", "acme.example"},
		{"acme.github.io", "acme.github.io"},
		{"localhost, acme.example", "acme.example"},
		{"münchen.example", "xn--mnchen-3ya.example"},
		{"gmail.com", ""},
		{"192.0.2.1", ""},
		{"http://[2001:db8::1]/", ""},
		{"gitbook.io", "gitbook.io"},
		{"https://www.myshopify.com/", "myshopify.com"},
		{"s3.amazonaws.com", "amazonaws.com"},
		{"co.uk", ""},
		{"acme", ""},
		{"", ""},
	} {
		domain, why := Domain([]string{c[0]})
		require.Equal(t, c[1], domain, c[0])
		require.Equal(t, c[1] != "", why == "", c[0])
	}
}

func TestADomainIsReadHoweverItIsWrapped(t *testing.T) {
	for _, s := range []string{
		"http://http://acme.example", "https://http://www.acme.example/", "http://www.http://acme.example", "http:/acme.example",
		"http:acme.example",
		"http:///acme.example", "http;//acme.example", "http//acme.example", "htp://acme.example", "hhtps://acme.example",
		"ttps://www.acme.example",
		`http:\\acme.example`, `\\acme.example\about`, "HTTP://ACME.EXAMPLE", "ftp://acme.example", "//acme.example", "://acme.example",
		"[acme.example](http://acme.example)", "[Our site](https://www.acme.example/about)", "[https://acme.example]",
		"<https://acme.example>",
		`"acme.example"`, `["acme.example"]`, `{acme.example}`, `['acme.example', 'acme.test']`, "(acme.example)", "'acme.example'",
		`="acme.example"`,
		"my_sub.acme.example", "*.acme.example", "_dmarc.acme.example", "a_b.c_d.acme.example", "-www.acme.example",
		"http%3A%2F%2Facme.example", "http%253A%252F%252Facme.example", "acme.example%20", "%20acme.example", "acme.example&nbsp;",
		"&quot;acme.example&quot;",
		"www..acme.example", "www.acme..example", ".acme.example", "acme.example.", "acme.example/", "acme.example/.",
		"acme.example;", "acme.example,", "acme.example!",
		"ACME.EXAMPLE", "Www.Acme.Example", "acme .example", "acme. example", "acme[.]example", "hxxps://acme[.]example/x",
		"acme(dot)example", "acme dot example", "http:// acme.example", "www. acme.example", "www acme.example",
		"`acme.example`", "**acme.example**", "{\"acme.example\"}", "('acme.example',)", "&lt;acme.example&gt;",
		"http&#58;//acme.example", "http://https://acme.example", "https//acme.example", "http://.acme.example", "@acme.example",
		"jane@acme.example", "mailto:jane@acme.example",
		"acme.example:443", "acme.example?x=1", "acme.example#top", "Website: acme.example", "Website:acme.example", "url:acme.example",
		"acme.example or acme.test", "acme.example (main)", "acme.example\nacme.test", "acme.example|acme.test", "wwww.acme.example",
		"ww2.acme.example",
		"<a href=\"http://acme.example\">Acme</a>", "n/a, acme.example", "facebook.com/acme, acme.example", "gmail.com;acme.example",
		"ａｃｍｅ．ｅｘａｍｐｌｅ", "acme。example",
		"\u200bacme.example\u200b", "acme.example\u00a0",
	} {
		domain, why := Domain([]string{s})
		assert.Equal(t, "acme.example", domain, "%q: %s", s, why)
	}
}

func TestAPageOnAPlatformIsNoEmployersDomain(t *testing.T) {
	for _, s := range []string{
		"facebook.com/acme", "https://www.facebook.com/acme", "https://de-de.facebook.com/pages/Acme/123", "fb.com/acme",
		"facebook.com/profile.php?id=12", "https://www.facebook.com/#!/acme",
		"https://www.linkedin.com/company/acme", "uk.linkedin.com/in/jane-doe", "linkedin.com/company/acme/about/",
		"twitter.com/acme", "x.com/acme", "mobile.twitter.com/acme", "instagram.com/acme/",
		"youtube.com/@acme", "https://www.youtube.com/channel/UC12", "youtu.be/abc", "tiktok.com/@acme", "pinterest.co.uk/acme",
		"t.me/acme", "wa.me/15550100", "discord.gg/abc", "m.me/acme", "fb.me/acme",
		"linktr.ee/acme", "linktr.ee", "beacons.ai/acme", "bit.ly/x", "bit.ly", "goo.gl/maps/abc", "maps.app.goo.gl/abc",
		"g.page/acme", "lnkd.in/x", "t.co/x", "tinyurl.com/x",
		"sites.google.com/acme", "https://sites.google.com/view/acme/home", "sites.google.com", "docs.google.com/forms/d/x",
		"drive.google.com/x", "google.com/maps/place/Acme", "google.de/search?q=acme",
		"yelp.com/biz/acme", "yelp.de/biz/acme", "medium.com/@acme", "about.me/acme", "crunchbase.com/organization/acme",
		"glassdoor.co.uk/Overview/acme", "indeed.com/cmp/Acme", "zoominfo.com/c/acme/1",
		"amazon.com/shops/acme", "amazon.de/stores/acme", "etsy.com/shop/acme", "etsy.com/uk/shop/acme", "ebay.com/usr/acme",
		"github.com/acme", "gitlab.com/acme", "apps.apple.com/us/app/acme/id1", "play.google.com/store/apps/details?id=x",
		"eventbrite.com/o/acme-1", "meetup.com/acme", "patreon.com/acme", "vimeo.com/acme", "wordpress.com/view/acme",
		"google.com/maps?cid=1", "business.facebook.com/acme", "messenger.com/t/acme", "maps.google.com/?cid=1",
		"alignable.com/ohio/acme", "bbb.org/us/oh/acme", "wp.me/x",
		"reddit.com/r/acme", "en.wikipedia.org/wiki/Acme", "plus.google.com/+acme", "calendly.com/acme", "snapchat.com/add/acme",
		"flickr.com/photos/acme", "houzz.com/pro/acme", "angel.co/company/acme", "facebook.com\\acme", "m.facebook.com//acme",
	} {
		domain, why := Domain([]string{s})
		assert.Empty(t, domain, s)
		assert.Equal(t, schema.CausePlatformPage, why, s)
	}
}

func TestAPlatformsOwnDomainIsItsPeoples(t *testing.T) {
	for s, want := range map[string]string{
		"facebook.com": "facebook.com", "https://www.facebook.com/": "facebook.com", "linkedin.com": "linkedin.com",
		"https://about.linkedin.com": "linkedin.com", "github.com": "github.com", "www.github.com/about": "github.com",
		"github.com/?ref=x": "github.com", "google.com": "google.com", "https://www.google.com/about": "google.com",
		"jane@x.com": "x.com", "amazon.com/careers": "amazon.com", "https://www.yelp.com/careers": "yelp.com",
		"wordpress.com": "wordpress.com", "https://www.wordpress.com/": "wordpress.com", "support.wordpress.com": "wordpress.com",
		"en.wordpress.com": "wordpress.com", "www.weebly.com": "weebly.com", "notfacebook.com/acme": "notfacebook.com",
	} {
		domain, why := Domain([]string{s})
		assert.Equal(t, want, domain, "%s: %s", s, why)
	}
}

func TestAHostingPlatformsCustomerIsNamedByTheWholeHost(t *testing.T) {
	for s, want := range map[string]string{
		"acme.wordpress.com": "acme.wordpress.com", "https://www.acme.wordpress.com/contact": "acme.wordpress.com",
		"shop.acme.wordpress.com": "acme.wordpress.com", "acme.weebly.com": "acme.weebly.com",
		"acme.wixsite.com/home": "acme.wixsite.com", "acme.squarespace.com": "acme.squarespace.com",
		"acme.blogspot.com": "acme.blogspot.com", "acme.blogspot.co.uk": "acme.blogspot.co.uk", "acme.myshopify.com": "acme.myshopify.com",
		"acme.github.io": "acme.github.io", "acme.business.site": "acme.business.site",
		"acme.godaddysites.com": "acme.godaddysites.com", "acme.tumblr.com": "acme.tumblr.com", "acme.netlify.app": "acme.netlify.app",
		"acme.substack.com/p/x": "acme.substack.com", "acme.jimdofree.com": "acme.jimdofree.com",
		"jane@acme.onmicrosoft.com": "acme.onmicrosoft.com", "acme.mail.onmicrosoft.com": "acme.mail.onmicrosoft.com",
	} {
		domain, why := Domain([]string{s})
		assert.Equal(t, want, domain, "%s: %s", s, why)
	}
}

func TestWhyAValueNamesNoEmployer(t *testing.T) {
	for s, want := range map[string]schema.Cause{
		"gmail.com": schema.CauseFreemailDomain, "mailinator.com": schema.CauseDisposableDomain,
		"x.mailinator.com": schema.CauseDisposableDomain, "none.com": schema.CausePlaceholderDomain,
		"www.yourdomain.com": schema.CausePlaceholderDomain,
		"n/a":                schema.CauseUnusableDomain, "none": schema.CauseUnusableDomain, "acme": schema.CauseUnusableDomain,
		"www.acme": schema.CauseUnusableDomain, "http://": schema.CauseUnusableDomain, "http://www.": schema.CauseUnusableDomain,
		"192.0.2.1": schema.CauseUnusableDomain, "http://192.0.2.1:8080/": schema.CauseUnusableDomain,
		"co.uk": schema.CauseUnusableDomain, "my_sub.co.uk": schema.CauseUnusableDomain, "acme_inc.com": schema.CauseUnusableDomain,
		"...": schema.CauseUnusableDomain, "Acme Inc.": schema.CauseUnusableDomain, "localhost:8080": schema.CauseUnusableDomain,
		"": schema.CauseUnusableDomain,
	} {
		domain, why := Domain([]string{s})
		assert.Empty(t, domain, s)
		assert.Equal(t, want, why, s)
	}
}

func TestPlatformsAreNoMailProviders(t *testing.T) {
	for site := range platforms().hosts {
		assert.False(t, isFreemail(site) || isDisposable(site), site)
	}
	for site := range platforms().pages {
		host := strings.Replace(site+"$", ".$", ".com$", 1)
		host = strings.TrimSuffix(host, "$")
		name, ok := normal.Host(host)
		require.True(t, ok && name == host, site)
		assert.False(t, isFreemail(host), site)
	}
}
