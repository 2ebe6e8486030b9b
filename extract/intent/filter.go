package intent

// Filters narrows a query to an ideal customer profile. Names and limits
// are those of openapi-intent.json, POST /v1/intent/audiences/query; the values
// of the lists are the vendor's own, served by GET /v1/intent/audiences/filters.
type Filters struct {
	CompanyIndustry     []string `yaml:"companyIndustry" json:"companyIndustry,omitempty"`
	Seniority           []string `yaml:"seniority" json:"seniority,omitempty"`
	CompanySize         []string `yaml:"companySize" json:"companySize,omitempty"`
	Department          []string `yaml:"department" json:"department,omitempty"`
	State               string   `yaml:"state" json:"state,omitempty"`
	CompanyRevenueRange []string `yaml:"companyRevenueRange" json:"companyRevenueRange,omitempty"`
	AgeRange            []string `yaml:"ageRange" json:"ageRange,omitempty"`
	Gender              string   `yaml:"gender" json:"gender,omitempty"`
	IsB2B               string   `yaml:"isB2b" json:"isB2b,omitempty" jsonschema:"enum=y,enum=n"`
	JobTitle            string   `yaml:"jobTitle" json:"jobTitle,omitempty"`
	HasBusinessEmail    *bool    `yaml:"hasBusinessEmail" json:"hasBusinessEmail,omitempty"`
	HasPersonalEmail    *bool    `yaml:"hasPersonalEmail" json:"hasPersonalEmail,omitempty"`
	HasLinkedIn         *bool    `yaml:"hasLinkedin" json:"hasLinkedin,omitempty"`
	HasPhone            *bool    `yaml:"hasPhone" json:"hasPhone,omitempty"`
	CompanyDomain       string   `yaml:"companyDomain" json:"companyDomain,omitempty"`
	CompanyName         string   `yaml:"companyName" json:"companyName,omitempty"`
}
