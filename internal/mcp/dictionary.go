package mcp

import (
	"context"
	"strings"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// dictionaryURI is where clients find the data dictionary.
const dictionaryURI = "contactsync://dictionary"

// addDictionary adds the dictionary of what is shown, as a resource: all at once, for
// clients that put resources before a model.
func (s *Server) addDictionary() {
	resource := &sdk.Resource{
		URI: dictionaryURI, Name: "dictionary", Title: "Data dictionary", MIMEType: "text/markdown",
		Description: "What every table, view and column means.",
	}
	s.server.AddResource(resource, func(context.Context, *sdk.ReadResourceRequest) (*sdk.ReadResourceResult, error) {
		return &sdk.ReadResourceResult{Contents: []*sdk.ResourceContents{{URI: dictionaryURI, MIMEType: "text/markdown", Text: s.dictionary()}}}, nil
	})
}

func (s *Server) dictionary() string {
	parts := []string{"# Data dictionary\n\nTimes are UTC. What is not known is NULL.\n"}
	for _, t := range s.tables {
		parts = append(parts, describe(t))
	}
	return strings.Join(parts, "\n")
}
