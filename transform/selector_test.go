package transform

import (
	"testing"

	"github.com/stretchr/testify/require"

	"contactsync/internal/normal"
	"contactsync/schema"
)

func TestSelectorsNameTheIdentifiersThatRecordsCarry(t *testing.T) {
	const ann = "ann.lee@acme.example"
	for _, test := range []struct {
		text  string
		kinds []schema.Kind
		value string // of the first
	}{
		{ann, []schema.Kind{schema.EmailSHA256, schema.EmailSHA1, schema.EmailMD5}, normal.SHA256(ann)},
		{" Ann.Lee@ACME.example ", []schema.Kind{schema.EmailSHA256, schema.EmailSHA1, schema.EmailMD5}, normal.SHA256(ann)},
		{"ann.lee+x@gmail.com", []schema.Kind{schema.EmailSHA256, schema.EmailSHA1, schema.EmailMD5}, normal.SHA256("ann.lee+x@gmail.com")},
		{"info@acme.example", []schema.Kind{schema.RoleEmail, schema.RoleEmailSHA1, schema.RoleEmailMD5}, normal.SHA256("info@acme.example")},
		{"https://uk.linkedin.com/in/Ann-Lee/?x=1", []schema.Kind{schema.LinkedIn}, "ann-lee"},
		{"linkedin.com/in/ann-lee", []schema.Kind{schema.LinkedIn}, "ann-lee"},
	} {
		ids, ok := Selector(test.text)
		require.True(t, ok, test.text)
		var kinds []schema.Kind
		for _, id := range ids {
			kinds = append(kinds, id.Kind)
		}
		require.Equal(t, test.kinds, kinds[:len(test.kinds)], test.text)
		for i, kind := range kinds { // those of other spellings
			require.Equal(t, test.kinds[i%len(test.kinds)], kind, test.text)
		}
		require.Equal(t, test.value, ids[0].Value)
	}
	for _, text := range []string{"", "ann", "ann@", "https://www.linkedin.com/company/acme", "toofr:1042"} {
		_, ok := Selector(text)
		require.False(t, ok, text)
	}
}

func TestHashesOfAnAddressInClearNameIt(t *testing.T) {
	const ann, info = "ann.lee@acme.example", "info@acme.example"
	p := &person{}
	p.emails("email", []string{ann, info}, nil, nil)
	p.hashed("hash", []string{normal.SHA1(ann), normal.MD5(ann), normal.SHA1(info), normal.MD5("bob@acme.example")})
	require.ElementsMatch(t, []schema.Identifier{
		{Kind: schema.EmailSHA256, Value: normal.SHA256(ann)},
		{Kind: schema.EmailMD5, Value: normal.MD5(ann), Address: normal.SHA256(ann)},
		{Kind: schema.EmailSHA1, Value: normal.SHA1(ann), Address: normal.SHA256(ann)},
		{Kind: schema.EmailMD5, Value: normal.MD5("bob@acme.example")},
		{Kind: schema.RoleEmail, Value: normal.SHA256(info)},
		{Kind: schema.RoleEmailMD5, Value: normal.MD5(info), Address: normal.SHA256(info)},
		{Kind: schema.RoleEmailSHA1, Value: normal.SHA1(info), Address: normal.SHA256(info)},
		{Kind: schema.Spelling, Value: "Ann.Lee@acme.example", Address: normal.SHA256(ann)},
		{Kind: schema.Spelling, Value: "ANN.LEE@ACME.EXAMPLE", Address: normal.SHA256(ann)},
		{Kind: schema.Spelling, Value: "Info@acme.example", Address: normal.SHA256(info)},
		{Kind: schema.Spelling, Value: "INFO@ACME.EXAMPLE", Address: normal.SHA256(info)},
	}, p.identifiers("", ""))
}
